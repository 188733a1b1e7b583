#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A replica of the directory on the host whose address and name are given, in plaintext. It knows the name by its own hosts file.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
debconf-set-selections <<'END'
slapd slapd/domain string example.test
slapd slapd/password1 password adminpw
slapd slapd/password2 password adminpw
END
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends slapd ldap-utils libldap-common >/dev/null
echo "$1 $2" >>/etc/hosts
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<END
dn: olcDatabase={1}mdb,cn=config
changetype: modify
add: olcSyncrepl
olcSyncrepl: rid=001 provider=ldap://$2:389 bindmethod=simple binddn="cn=repl,dc=example,dc=test" credentials=replpw searchbase="dc=example,dc=test" type=refreshAndPersist retry="1 +"
-
add: olcUpdateRef
olcUpdateRef: ldap://$1:389
END
slapcat -n 0 -o ldif-wrap=no | grep -a ^olcSyncrepl: >/root/syncrepl-before
touch /root/consumer-made
