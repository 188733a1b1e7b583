#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The password of a user is right, and another one is not.
set -euo pipefail
testsaslauthd -u anna -p secret
! testsaslauthd -u anna -p wrong
