#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# TLS ends at a load balancer (nginx on another port plays it). Apache serves port 80, believes its header, and redirects by it.
. /root/common.sh
packages apache2
systemctl stop apache2
packages nginx
systemctl stop nginx
issue /etc/ssl/balancer site.example.test
pages site
a2dissite -q 000-default >/dev/null
a2enmod -q rewrite remoteip >/dev/null
cat >/etc/apache2/sites-enabled/site.conf <<'END'
<VirtualHost *:80>
    ServerName site.example.test
    DocumentRoot /var/www/site
    RemoteIPHeader X-Forwarded-For
    RemoteIPInternalProxy 127.0.0.1
    RewriteEngine on
    RewriteCond %{HTTP:X-Forwarded-Proto} !https
    RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
</VirtualHost>
END
rm -f /etc/nginx/sites-enabled/*
cat >/etc/nginx/sites-enabled/balancer <<'END'
server {
    listen 127.0.0.1:4443 ssl;
    server_name site.example.test;
    ssl_certificate /etc/ssl/balancer/fullchain.pem;
    ssl_certificate_key /etc/ssl/balancer/privkey.pem;
    location / {
        proxy_pass http://127.0.0.1:80;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto https;
    }
}
END
systemctl start apache2 nginx
touch /root/balancer-made
