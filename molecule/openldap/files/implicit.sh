#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Other people's settings: security factors that shut root out of the Unix socket, a frontend and a database that ask for
# nothing, a listener of a program on this host.
set -eu
ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<END
dn: olcDatabase={-1}frontend,cn=config
changetype: modify
replace: olcSecurity
olcSecurity: ssf=0 simple_bind=64

dn: olcDatabase={1}mdb,cn=config
changetype: modify
replace: olcSecurity
olcSecurity: ssf=0

dn: cn=config
changetype: modify
replace: olcSecurity
olcSecurity: tls=1 update_ssf=64
END
sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap://127.0.0.1:3890/ ldap:/// ldapi:///"|' /etc/default/slapd
systemctl restart slapd
touch /root/settings
