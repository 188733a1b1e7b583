#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# nginx holds the ports of the web, Apache serves behind it on a port that others reach as well.
. /root/common.sh
packages nginx
systemctl stop nginx
issue /etc/ssl/site site.example.test
pages site
packages apache2
systemctl stop apache2
echo 'Listen 8080' >/etc/apache2/ports.conf
rm -f /etc/apache2/sites-enabled/* /etc/nginx/sites-enabled/*
cat >/etc/apache2/sites-enabled/site.conf <<'END'
<VirtualHost *:8080>
    ServerName site.example.test
    DocumentRoot /var/www/site
</VirtualHost>
END
cat >/etc/nginx/sites-enabled/site <<'END'
server { listen 80; server_name site.example.test; return 301 https://$host$request_uri; }
server {
    listen 443 ssl;
    server_name site.example.test;
    ssl_certificate /etc/ssl/site/fullchain.pem;
    ssl_certificate_key /etc/ssl/site/privkey.pem;
    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
END
systemctl start apache2 nginx
touch /root/front-made
