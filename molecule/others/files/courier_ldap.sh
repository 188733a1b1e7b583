#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Passwords of the directory by Courier's authdaemond, which asks slapd on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends courier-authdaemon courier-authlib-ldap >/dev/null
sed -i 's/^authmodulelist=.*/authmodulelist="authldap"/' /etc/courier/authdaemonrc
cat >/etc/courier/authldaprc <<'END'
LDAP_URI ldap://127.0.0.1
LDAP_PROTOCOL_VERSION 3
LDAP_BASEDN dc=example,dc=test
LDAP_TIMEOUT 5
LDAP_AUTHBIND 1
LDAP_INITBIND 0
LDAP_MAIL uid
LDAP_HOMEDIR homeDirectory
LDAP_UID uidNumber
LDAP_GID gidNumber
LDAP_DEREF never
LDAP_TLS 0
END
systemctl restart courier-authdaemon
touch /root/courier_ldap-made
