#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Passwords of the directory by saslauthd, which asks slapd on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends sasl2-bin >/dev/null
cat >/etc/saslauthd.conf <<'END'
ldap_servers: ldap://127.0.0.1
ldap_search_base: dc=example,dc=test
ldap_filter: (uid=%u)
END
chmod 600 /etc/saslauthd.conf
sed -i 's/^MECHANISMS=.*/MECHANISMS="ldap"/' /etc/default/saslauthd
echo START=yes >>/etc/default/saslauthd
systemctl enable saslauthd
systemctl restart saslauthd
touch /root/saslauthd-made
