#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# An ACME directory (Pebble) and the name server of the zone acme.test on one host; $1 is the host's address, $2 the TSIG secret.
set -eu
umask 022
address=$1
mkdir -p /etc/pebble
cd /etc/pebble
# What signs the directory's own https. What it issues is signed by another root, which is new at every start.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout ca.key -out ca.pem -days 60 \
    -subj "/CN=Listener of the directory" -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout key.pem -out request.pem -subj "/CN=acme.test" 2>/dev/null
printf 'subjectAltName=DNS:acme.test,DNS:localhost,IP:%s,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' "$address" > extensions
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 60 -extfile extensions -out cert.pem 2>/dev/null
chmod 0644 key.pem
unit() {
    cat > "/etc/pebble/$1.json" <<END
{"pebble": {"listenAddress": "0.0.0.0:$2", "managementListenAddress": "127.0.0.1:1$3", "certificate": "/etc/pebble/cert.pem",
 "privateKey": "/etc/pebble/key.pem", "httpPort": 80, "tlsPort": 443, "certificateValidityPeriod": 518400,
 "retryAfter": {"authz": 1, "order": 1}, "externalAccountBindingRequired": $4,
 "externalAccountMACKeys": {"kid-1": "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"}}}
END
    cat > "/etc/systemd/system/$1.service" <<END
[Service]
Environment=PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 PEBBLE_AUTHZREUSE=0
ExecStart=/usr/bin/pebble -config /etc/pebble/$1.json -dnsserver 127.0.0.1:53
[Install]
WantedBy=multi-user.target
END
}
unit pebble 14000 5000 false
unit pebble-bound 14001 5001 true
cat > /etc/bind/named.conf <<END
key "acme" { algorithm hmac-sha256; secret "$2"; };
options { directory "/var/cache/bind"; listen-on { any; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };
zone "acme.test" { type primary; file "/var/lib/bind/acme.test.zone"; update-policy { grant acme. zonesub TXT; }; };
END
cat > /var/lib/bind/acme.test.zone <<END
\$TTL 30
@ SOA ns.acme.test. hostmaster.acme.test. 1 3600 600 86400 30
@ NS ns.acme.test.
ns A $address
@ A $address
www A $address
rsa A $address
mail A $address
END
chown bind /var/lib/bind/acme.test.zone
# The host itself asks no name server; the file is the container's, so it is not replaced.
echo "$address acme.test www.acme.test rsa.acme.test mail.acme.test" >> /etc/hosts
systemctl daemon-reload
systemctl restart named
systemctl restart pebble pebble-bound
