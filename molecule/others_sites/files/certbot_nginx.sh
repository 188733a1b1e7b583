#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# nginx as certbot leaves it: its lines in a server, a server that only redirects, and a site beside them without TLS.
. /root/common.sh
packages nginx
issue /etc/letsencrypt/live/shop.example.test shop.example.test
openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out /etc/letsencrypt/ssl-dhparams.pem 2>/dev/null
cat >/etc/letsencrypt/options-ssl-nginx.conf <<'END'
ssl_session_cache shared:le_nginx_SSL:10m;
ssl_session_timeout 1440m;
ssl_session_tickets off;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers off;
ssl_ciphers "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA";
END
pages shop blog
rm -f /etc/nginx/sites-enabled/*
cat >/etc/nginx/sites-enabled/shop <<'END'
server {
    server_name shop.example.test;
    root /var/www/shop;
    location /api/ { add_header X-Shop yes; return 200 "the interface of shop\n"; }

    listen [::]:443 ssl ipv6only=on; # managed by Certbot
    listen 443 ssl; # managed by Certbot
    ssl_certificate /etc/letsencrypt/live/shop.example.test/fullchain.pem; # managed by Certbot
    ssl_certificate_key /etc/letsencrypt/live/shop.example.test/privkey.pem; # managed by Certbot
    include /etc/letsencrypt/options-ssl-nginx.conf; # managed by Certbot
    ssl_dhparam /etc/letsencrypt/ssl-dhparams.pem; # managed by Certbot
}
server {
    if ($host = shop.example.test) {
        return 301 https://$host$request_uri;
    } # managed by Certbot

    listen 80;
    listen [::]:80;
    server_name shop.example.test;
    return 404; # managed by Certbot
}
END
printf 'server {\n    listen 80;\n    server_name blog.example.test;\n    root /var/www/blog;\n}\n' >/etc/nginx/sites-enabled/blog
systemctl restart nginx
touch /root/certbot_nginx-made
