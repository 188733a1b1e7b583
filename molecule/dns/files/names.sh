#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# BIND at the address $1 with a signed root zone, the signed zone life.test and the zone plain.test that is not signed; the mail host is at
# $2, $3 is the secret of the key for updates. lost.test is delegated to an address where no resolver asks. nginx is the policy host. Prints both keys.
set -eu
cd /var/lib/bind
rm -f ./*.zone* K*
head='@ SOA ns.test. hostmaster.test. 1 3600 600 86400 5'
printf '$TTL 5\n%s\n@ NS ns.test.\nns.test. A %s\ntest. NS ns.test.\n' "$head" "$1" >root.zone
printf '$TTL 5\n%s\n@ NS ns.test.\nns A %s\nlife NS ns.test.\nplain NS ns.test.\nlost NS ns.lost\nns.lost A 127.0.0.1\n' "$head" "$1" >test.zone
for zone in life plain; do
    printf '$TTL 5\n%s\n@ NS ns.test.\n@ MX 10 mail12\nmail12 A %s\nmta-sts A %s\nalias CNAME mail12\nwww.sub A %s\nsub CAA 0 issue "sub.example"\n' \
        "$head" "$2" "$1" "$2" >"$zone.test.zone"
done
cat >/etc/bind/named.conf <<CONF
key "dane" { algorithm hmac-sha256; secret "$3"; };
options { directory "/var/cache/bind"; listen-on { any; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };
zone "." { type primary; file "/var/lib/bind/root.zone"; dnssec-policy default; inline-signing yes; };
zone "test" { type primary; file "/var/lib/bind/test.zone"; };
zone "life.test" {
  type primary; file "/var/lib/bind/life.test.zone"; dnssec-policy default; inline-signing yes;
  update-policy { grant dane. zonesub ANY; };
};
zone "plain.test" { type primary; file "/var/lib/bind/plain.test.zone"; update-policy { grant dane. zonesub ANY; }; };
CONF
chown -R bind: .
systemctl restart named
cat >/etc/nginx/sites-enabled/default <<CONF
server {
    listen 443 ssl;
    server_name mta-sts.life.test;
    ssl_certificate /etc/ssl/scenario/policy.pem;
    ssl_certificate_key /etc/ssl/scenario/policy.key;
    root /var/www/policy;
    default_type text/plain;
}
CONF
mkdir -p /var/www/policy/.well-known
systemctl restart nginx
for zone in . life.test; do
    for _each in $(seq 60); do
        key=$(dig +noall +answer "@$1" "$zone" DNSKEY | awk '$5 == 257' | head -1)
        dig +dnssec +noall +answer "@$1" "$zone" SOA | grep -q RRSIG && [ -n "$key" ] && break
        sleep 1
    done
    printf '%s\n' "$key"
done
