#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# What the refusal tells the administrator to do. The CA file is the one of the private authority, which PHP has to be told.
set -euo pipefail
sed -i "s/^\$servers->setValue('server','host',.*/\$servers->setValue('server','host','ldap.example.test');\n\$servers->setValue('server','tls',true);/" \
    /etc/phpldapadmin/config.php
echo 'TLS_CACERT /etc/ssl/certs/ca-certificates.crt' >/etc/ldap/ldap.conf
cp "$1" /usr/local/share/ca-certificates/private-authority.crt
update-ca-certificates >/dev/null 2>&1
systemctl restart apache2
touch /root/directory-encrypted
