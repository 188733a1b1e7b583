#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Apache as certbot leaves it: one site has TLS, others beside it do not; a name that leads elsewhere, a second port, server-status.
. /root/common.sh
packages apache2
issue /etc/letsencrypt/archive/www.example.test www.example.test
mkdir -p /etc/letsencrypt/live/www.example.test
for name in privkey cert chain fullchain; do
    mv "/etc/letsencrypt/archive/www.example.test/$name.pem" "/etc/letsencrypt/archive/www.example.test/${name}1.pem"
    ln -s "../../archive/www.example.test/${name}1.pem" "/etc/letsencrypt/live/www.example.test/$name.pem"
done
cat >/etc/letsencrypt/options-ssl-apache.conf <<'END'
SSLEngine on
SSLProtocol all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1
SSLCipherSuite ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA
SSLHonorCipherOrder off
SSLSessionTickets off
END
pages www wiki apps
a2enmod -q ssl rewrite >/dev/null
cat >/etc/apache2/sites-available/www.conf <<'END'
<VirtualHost *:80>
    ServerName www.example.test
    DocumentRoot /var/www/www
    RewriteEngine on
    RewriteCond %{SERVER_NAME} =www.example.test
    RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]
</VirtualHost>
END
cat >/etc/apache2/sites-available/www-le-ssl.conf <<'END'
<IfModule mod_ssl.c>
<VirtualHost *:443>
    ServerName www.example.test
    DocumentRoot /var/www/www
SSLCertificateFile /etc/letsencrypt/live/www.example.test/fullchain.pem
SSLCertificateKeyFile /etc/letsencrypt/live/www.example.test/privkey.pem
Include /etc/letsencrypt/options-ssl-apache.conf
</VirtualHost>
</IfModule>
END
cat >/etc/apache2/sites-available/wiki.conf <<'END'
<VirtualHost *:80>
    ServerName wiki.example.test
    DocumentRoot /var/www/wiki
</VirtualHost>
<VirtualHost *:80>
    ServerName old.example.test
    Redirect permanent / https://www.example.test/
</VirtualHost>
Listen 8081
<VirtualHost *:8081>
    ServerName www.example.test
    DocumentRoot /var/www/apps
</VirtualHost>
END
a2ensite -q www www-le-ssl wiki >/dev/null
systemctl restart apache2
touch /root/certbot-made
