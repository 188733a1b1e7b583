#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The password of a user is right, and another one is not; nothing is remembered from an earlier look.
set -euo pipefail
systemctl restart saslauthd
testsaslauthd -u anna -p secret
! testsaslauthd -u anna -p wrong
