#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The replica names its provider as the certificate does, works in plaintext, and could not work with TLS: it asks for a revocation list
# that nobody publishes. Its login and the certificate are good, so that a look at these alone finds nothing.
set -euo pipefail
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: olcDatabase={1}mdb,cn=config
changetype: modify
replace: olcSyncrepl
olcSyncrepl: rid=001 provider=ldap://$1:389 bindmethod=simple binddn="cn=repl,dc=example,dc=test" credentials=replpw searchbase="dc=example,dc=test" type=refreshAndPersist retry="1 +" tls_crlcheck=all
END
slapcat -n 0 -o ldif-wrap=no | grep -a ^olcSyncrepl: >/root/syncrepl-crl
touch /root/consumer-crl
