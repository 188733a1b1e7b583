#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A user of the directory is known; nothing is remembered from an earlier look.
set -euo pipefail
systemctl stop sssd
rm -f /var/lib/sss/db/* /var/lib/sss/mc/*
systemctl start sssd
for _try in 1 2 3 4 5; do
    getent -s sss passwd anna && exit
    sleep 1
done
exit 1
