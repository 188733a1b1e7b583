#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The replica names its provider by the address, which stands in no certificate.
set -euo pipefail
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: olcDatabase={1}mdb,cn=config
changetype: modify
replace: olcSyncrepl
olcSyncrepl: rid=001 provider=ldap://$1:389 bindmethod=simple binddn="cn=repl,dc=example,dc=test" credentials=replpw searchbase="dc=example,dc=test" type=refreshAndPersist retry="1 +"
END
touch /root/consumer-address
