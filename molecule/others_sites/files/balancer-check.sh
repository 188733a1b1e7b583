#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
. /root/common.sh
visit https://site.example.test/ --connect-to site.example.test:443:127.0.0.1:4443
