#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A control panel's layout: nginx on the ports of the web in front of Apache on 7080 (loopback) and 7081 (TLS), files of its own
# that are included, one certificate for all, and an old list of suites.
. /root/common.sh
packages nginx
systemctl stop nginx
packages apache2
systemctl stop apache2
issue /usr/local/panel/certificates site.example.test mail.example.test
cat /usr/local/panel/certificates/{privkey,fullchain}.pem >/usr/local/panel/certificates/scf-one
chmod 600 /usr/local/panel/certificates/scf-one
pages site
a2enmod -q ssl remoteip >/dev/null
rm -f /etc/apache2/sites-enabled/* /etc/nginx/sites-enabled/*
mkdir -p /etc/apache2/panel.conf.d/vhosts /etc/nginx/panel.conf.d/vhosts
printf 'Listen 127.0.0.1:7080\nListen 7081\n' >/etc/apache2/ports.conf
printf 'Include "/etc/apache2/panel.conf.d/vhosts/*.conf"\n' >/etc/apache2/conf-enabled/zz010_panel.conf
printf 'include /etc/nginx/panel.conf.d/vhosts/*.conf;\n' >/etc/nginx/conf.d/zz010_panel.conf
cat >/etc/apache2/panel.conf.d/vhosts/site.conf <<'END'
<VirtualHost *:7081>
    ServerName "site.example.test:443"
    ServerAlias "www.site.example.test"
    UseCanonicalName Off
    DocumentRoot "/var/www/site"
    SSLEngine on
    SSLVerifyClient none
    SSLCertificateFile /usr/local/panel/certificates/scf-one
</VirtualHost>
<VirtualHost 127.0.0.1:7080>
    ServerName "site.example.test:80"
    DocumentRoot "/var/www/site"
</VirtualHost>
END
cat >/etc/nginx/panel.conf.d/vhosts/site.conf <<'END'
server {
    listen 443 ssl;
    server_name site.example.test;
    ssl_certificate /usr/local/panel/certificates/scf-one;
    ssl_certificate_key /usr/local/panel/certificates/scf-one;
    location / {
        proxy_pass https://127.0.0.1:7081;
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
    }
}
server {
    listen 80;
    server_name site.example.test;
    location / { proxy_pass http://127.0.0.1:7080; proxy_set_header Host $host; }
}
END
systemctl start apache2 nginx
touch /root/panel-made
