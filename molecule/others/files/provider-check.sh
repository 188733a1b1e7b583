#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The account of the replica exists.
set -euo pipefail
slapcat -a '(cn=repl)' | grep '^dn: cn=repl,'
