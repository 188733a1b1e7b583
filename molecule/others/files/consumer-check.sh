#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The user of the provider's directory is here too.
set -euo pipefail
slapcat -a '(uid=anna)' | grep '^uid: anna'
