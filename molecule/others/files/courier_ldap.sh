#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Passwords of the directory by Courier's authdaemond, which asks slapd on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends courier-authdaemon courier-authlib-ldap >/dev/null
sed -i 's/^authmodulelist=.*/authmodulelist="authldap"/' /etc/courier/authdaemonrc
# authdaemond wants the comments of the file as it is shipped.
sed -i '/^LDAP_\(URI\|BASEDN\|BINDDN\|BINDPW\|INITBIND\|MAIL\|UID\|GID\)[[:space:]]/d' /etc/courier/authldaprc
cat >>/etc/courier/authldaprc <<'END'
LDAP_URI ldap://127.0.0.1
LDAP_BASEDN dc=example,dc=test
LDAP_AUTHBIND 1
LDAP_INITBIND 0
LDAP_MAIL uid
LDAP_UID uidNumber
LDAP_GID gidNumber
END
systemctl restart courier-authdaemon
touch /root/courier_ldap-made
