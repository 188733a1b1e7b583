#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The web half of a mail host in one box: nginx with the certificate of the mail services, pages below one name.
. /root/common.sh
packages nginx
pages box
rm -f /etc/nginx/sites-enabled/*
cat >/etc/nginx/conf.d/local.conf <<'END'
server {
    listen 80;
    listen [::]:80;
    server_name mx.example.test;
    root /tmp/invalid-path-nothing-here;
    location / { return 301 https://mx.example.test$request_uri; }
    location /.well-known/acme-challenge/ { alias /home/user-data/ssl/lets_encrypt/webroot/.well-known/acme-challenge/; }
}
server {
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name mx.example.test;
    server_tokens off;
    ssl_certificate /home/user-data/ssl/fullchain.pem;
    ssl_certificate_key /home/user-data/ssl/privkey.pem;
    add_header Strict-Transport-Security "max-age=15768000" always;
    location / { root /var/www/box; }
    location /admin { return 200 "the administration\n"; add_header X-Frame-Options "DENY"; }
}
END
systemctl restart nginx
touch /root/box-made
