#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A mail server with its accounts in LDAP: Postfix and the name service ask slapd on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
debconf-set-selections <<'END'
slapd slapd/domain string example.test
slapd slapd/password1 password adminpw
slapd slapd/password2 password adminpw
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string mx.example.test
nslcd nslcd/ldap-uris string ldap://127.0.0.1/
nslcd nslcd/ldap-base string dc=example,dc=test
libnss-ldapd libnss-ldapd/nsswitch multiselect passwd, group
END
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends postfix postfix-ldap slapd ldap-utils libldap-common nslcd libnss-ldapd >/dev/null
ldapadd -x -H ldapi:/// -D cn=admin,dc=example,dc=test -w adminpw >/dev/null <<'END'
dn: uid=anna,dc=example,dc=test
objectClass: inetOrgPerson
objectClass: posixAccount
uid: anna
cn: Anna
sn: T
mail: anna@example.test
userPassword: secret
uidNumber: 6001
gidNumber: 6001
homeDirectory: /home/anna
END
cat >/etc/postfix/ldap-users.cf <<'END'
server_host = ldap://127.0.0.1:389
version = 3
bind = no
search_base = dc=example,dc=test
query_filter = (mail=%s)
result_attribute = mail
result_format = %d/%u/
END
mkdir -p /var/vmail
chown 5000:5000 /var/vmail
postconf -e mydestination=localhost virtual_mailbox_domains=example.test virtual_mailbox_base=/var/vmail \
    virtual_uid_maps=static:5000 virtual_gid_maps=static:5000 \
    virtual_mailbox_maps=proxy:ldap:/etc/postfix/ldap-users.cf inet_protocols=ipv4
echo 'URI ldap://127.0.0.1' >>/etc/ldap/ldap.conf
systemctl restart slapd nslcd postfix
touch /root/ldap_clients-made
