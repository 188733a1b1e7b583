#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A resolver on this host whose signed root zone knows two mail hosts at the address $1: the name $2 with a TLSA record
# for the key with the digest $3, and wrong.test with one for another key. It does not validate yet: see validate.sh.
set -eu
mkdir -p /etc/unbound/own
cd /etc/unbound/own
rm -f -- *
cat > zone <<ZONE
. 3600 IN SOA ns.test. admin.test. 1 3600 600 86400 3600
. 3600 IN NS ns.test.
ns.test. 3600 IN A 127.0.0.1
$2. 3600 IN A $1
_25._tcp.$2. 3600 IN TLSA 3 1 1 $3
wrong.test. 3600 IN A $1
_25._tcp.wrong.test. 3600 IN TLSA 3 1 1 $(printf '%064d' 0)
ZONE
key=$(ldns-keygen -k -a ECDSAP256SHA256 .)
ldns-signzone -f signed zone "$key"
cp "$key.key" anchor
chown -R unbound: .
rm -f /etc/unbound/unbound.conf.d/root-auto-trust-anchor-file.conf
cat > /etc/unbound/unbound.conf.d/own.conf <<CONF
server:
  module-config: "iterator"
  trust-anchor-file: /etc/unbound/own/anchor
  local-zone: "test." transparent
auth-zone:
  name: "."
  zonefile: /etc/unbound/own/signed
  for-upstream: yes
  for-downstream: no
CONF
systemctl restart unbound
echo nameserver 127.0.0.1 > /etc/resolv.conf
# It knows nobody else, so the lists of packages have to do as they are.
mkdir -p /var/lib/apt/periodic
touch /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp
# Its client reads a copy behind the chroot, which is made at the start.
systemctl restart postfix
