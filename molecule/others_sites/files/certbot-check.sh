#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
for url in https://www.example.test/ http://www.example.test/ http://wiki.example.test/ http://old.example.test/ http://www.example.test:8081/; do
    visit "$url"
done
curl --silent --max-time 10 --fail 'http://localhost/server-status?auto' | grep ^ServerMPM
