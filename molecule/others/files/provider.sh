#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A directory that others replicate; it runs already, with ldap_clients.sh or alone.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
debconf-set-selections <<'END'
slapd slapd/domain string example.test
slapd slapd/password1 password adminpw
slapd slapd/password2 password adminpw
END
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends slapd ldap-utils libldap-common >/dev/null
ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null <<'END'
dn: cn=module{0},cn=config
changetype: modify
add: olcModuleLoad
olcModuleLoad: syncprov

dn: olcOverlay=syncprov,olcDatabase={1}mdb,cn=config
changetype: add
objectClass: olcSyncProvConfig
olcOverlay: syncprov
olcSpCheckpoint: 10 1
END
ldapadd -x -H ldapi:/// -D cn=admin,dc=example,dc=test -w adminpw >/dev/null <<'END'
dn: cn=repl,dc=example,dc=test
objectClass: simpleSecurityObject
objectClass: organizationalRole
cn: repl
userPassword: replpw
END
touch /root/provider-made
