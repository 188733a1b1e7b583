#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The password of a user is right, and another one is not; no connection is left from an earlier look.
set -euo pipefail
systemctl restart courier-authdaemon
for _try in 1 2 3 4 5; do
    authtest anna secret && break
    [ "$_try" -lt 5 ]
    sleep 1
done
! authtest anna wrong
