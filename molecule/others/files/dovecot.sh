#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Mailboxes of the directory's users: Dovecot asks slapd on the same host in plaintext. Dovecot 2.4 has its settings in nested blocks.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends dovecot-core dovecot-ldap >/dev/null
sed -i 's/^#!include auth-ldap/!include auth-ldap/; s/^!include auth-system/#&/' /etc/dovecot/conf.d/10-auth.conf
if [ -e /etc/dovecot/dovecot-ldap.conf.ext ]; then
    cat >/etc/dovecot/dovecot-ldap.conf.ext <<'END'
hosts = 127.0.0.1
base = dc=example,dc=test
auth_bind = yes
pass_filter = (uid=%u)
END
    sed -i '/^userdb/,$d' /etc/dovecot/conf.d/auth-ldap.conf.ext
else
    chmod 600 /etc/dovecot/conf.d/auth-ldap.conf.ext
    cat >/etc/dovecot/conf.d/auth-ldap.conf.ext <<'END'
ldap_base = dc=example,dc=test
passdb ldap {
  ldap_uris = ldap://127.0.0.1
  ldap_filter = (uid=%{user})
  ldap_bind = yes
}
END
fi
systemctl restart dovecot
touch /root/dovecot-made
