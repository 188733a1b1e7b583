#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
for url in http://one.example.test/ http://two.example.test/ https://two.example.test/ http://three.example.test:8083/; do
    visit "$url"
done
