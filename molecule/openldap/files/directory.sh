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
# More rules than 64 KiB hold, in front of which cn=config stands: whoever reads slapd's configuration has to read all of it.
{
    printf 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nadd: olcAccess\n'
    for number in $(seq 700); do
        printf 'olcAccess: to dn.exact="ou=part%d,%s" by dn.exact="cn=keeper%d,%s" write by * none\n' \
            "$number" "$suffix" "$number" "$suffix"
    done
} | ldapmodify -Q -Y EXTERNAL -H ldapi:/// >/dev/null
touch /root/directory
