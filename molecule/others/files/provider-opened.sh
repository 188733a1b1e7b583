#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The provider answers in plaintext again, besides TLS.
set -euo pipefail
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<'END'
dn: cn=config
changetype: modify
delete: olcSecurity
-
delete: olcSaslSecProps
END
systemctl restart slapd
touch /root/provider-opened
