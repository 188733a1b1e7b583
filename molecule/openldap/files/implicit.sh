#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Other people's settings: security factors that shut root out of the Unix socket, a listener of a program on this host.
set -eu
ldapmodify -Q -Y EXTERNAL -H ldapi:/// <<END
dn: cn=config
changetype: modify
replace: olcSecurity
olcSecurity: tls=1 update_ssf=64
END
sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap://127.0.0.1:3890/ ldap:/// ldapi:///"|' /etc/default/slapd
systemctl restart slapd
touch /root/settings
