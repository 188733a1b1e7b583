#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# unbound on this host, which validates by the keys $2 and $3 and asks the name server at $1 for everything; Postfix with the key in use.
set -eu
rm -f /etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf
printf '%s\n%s\n' "$2" "$3" >/etc/unbound/anchors
cat >/etc/unbound/unbound.conf.d/scenario.conf <<CONF
server:
  interface: 0.0.0.0
  access-control: 0.0.0.0/0 allow
  local-zone: "test." nodefault
  trust-anchor-file: /etc/unbound/anchors
stub-zone:
  name: "."
  stub-addr: $1
  stub-prime: no
CONF
systemctl restart unbound
printf 'nameserver 127.0.0.1\noptions edns0 trust-ad\n' >/etc/resolv.conf
mkdir -p /var/lib/apt/periodic
touch /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp
postconf -e myhostname=mail12.life.test smtpd_tls_security_level=may smtpd_tls_cert_file= smtpd_tls_key_file= \
    smtpd_tls_chain_files=/etc/ssl/scenario/now.pem smtp_dns_support_level=dnssec smtp_tls_security_level=dane smtp_host_lookup=dns
systemctl restart postfix
