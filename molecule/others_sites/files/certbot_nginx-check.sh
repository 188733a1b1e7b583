#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
for url in https://shop.example.test/ http://shop.example.test/api/ http://blog.example.test/; do
    visit "$url"
done
