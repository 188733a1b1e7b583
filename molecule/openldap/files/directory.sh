#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Puts a person with a password into the stock directory; slapd is stopped meanwhile, for nobody knows its administrator's password.
set -eu
suffix=dc=molecule-openldap,dc=test
systemctl stop slapd
slapadd -n 1 <<END
dn: uid=alice,$suffix
objectClass: account
objectClass: simpleSecurityObject
uid: alice
userPassword: $(slappasswd -s alices-secret)
END
chown -R openldap: /var/lib/ldap
systemctl start slapd
touch /root/directory
