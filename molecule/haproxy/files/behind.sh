#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# nginx behind HAProxy: in clear text on ports 8080 (loopback) and 8081 of the address $1, over TLS with the certificate of an inner CA
# on port 8443. Headers say what it was told, and over which TLS. Checksums of HAProxy's settings go to /root/settings.
set -eu
mkdir -p /etc/ssl/inner /etc/haproxy/certs
cd /etc/ssl/inner
make() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 60 "$@" 2>/dev/null; }
make -x509 -subj "/CN=Inner CA" -keyout ca.key -out ca.pem
make -subj /CN=app.example -addext subjectAltName=DNS:app.example -keyout app.key -out app.csr
openssl x509 -req -in app.csr -CA ca.pem -CAkey ca.key -days 60 -copy_extensions copy -out app.pem 2>/dev/null
cat /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem > /etc/haproxy/certs/snakeoil.pem
chmod 600 /etc/haproxy/certs/snakeoil.pem
echo "/etc/haproxy/certs/snakeoil.pem [ssl-min-ver TLSv1.0 alpn h2] *.list.example # of the shop" > /etc/haproxy/list.txt
cat > /etc/nginx/sites-enabled/default <<END
server {
    listen 127.0.0.1:8080; listen $1:8081; listen $1:8443 ssl;
    ssl_certificate /etc/ssl/inner/app.pem; ssl_certificate_key /etc/ssl/inner/app.key;
    add_header Set-Cookie "plain=1; HttpOnly" always; add_header Set-Cookie "safe=1; secure; HttpOnly" always;
    add_header Strict-Transport-Security max-age=5 always;
    add_header X-Leg "\$ssl_protocol \$ssl_server_name" always; add_header X-Told "\$http_x_forwarded_proto" always;
    location / { return 200 "the page of $(hostname --short)\n"; }
    location /no-such-page { return 404; }
}
END
find /etc/haproxy -type f -exec sha256sum {} + | sort -k 2 > /root/settings
# One after the other: nginx gives port 80 up first.
systemctl restart nginx
systemctl restart haproxy
