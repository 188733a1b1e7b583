#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A directory with its web front: phpLDAPadmin behind Apache asks slapd on the same host in plaintext.
. /root/common.sh
debconf-set-selections <<'END'
slapd slapd/domain string example.test
slapd slapd/password1 password adminpw
slapd slapd/password2 password adminpw
END
packages slapd ldap-utils apache2 libapache2-mod-php phpldapadmin python3
echo '127.0.0.1 ldap.example.test' >>/etc/hosts
sed -i "s/dc=example,dc=com/dc=example,dc=test/; s/^\$servers->setValue('server','host',.*/\$servers->setValue('server','host','127.0.0.1');/" \
    /etc/phpldapadmin/config.php
mkdir -p /root/company && : >/root/company/ca.pem
systemctl restart slapd apache2
touch /root/directory-made
