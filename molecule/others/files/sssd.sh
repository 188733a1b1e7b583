#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Users of the directory by sssd, which asks slapd on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends sssd-ldap sssd-tools libnss-sss >/dev/null
cat >/etc/sssd/sssd.conf <<'END'
[sssd]
services = nss
domains = example

[domain/example]
id_provider = ldap
auth_provider = none
ldap_uri = ldap://127.0.0.1
# Asked for by default from sssd 2.10 on.
ldap_id_use_start_tls = false
ldap_search_base = dc=example,dc=test
END
chmod 600 /etc/sssd/sssd.conf
systemctl restart sssd
touch /root/sssd-made
