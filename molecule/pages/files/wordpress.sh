#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# wordpress.sh NAME PASSWORD [TLS]: WordPress as Debian ships it, under NAME in clear text, on loopback behind HAProxy at port 80.
# With TLS, HAProxy has a TLS port as well, as people add one who stop there.
set -eu
echo "Listen 127.0.0.1:8080" > /etc/apache2/ports.conf
cat > /etc/apache2/sites-enabled/000-default.conf <<END
<VirtualHost 127.0.0.1:8080>
  DocumentRoot /usr/share/wordpress
  <Directory /usr/share/wordpress>
    Require all granted
  </Directory>
</VirtualHost>
END
mariadb -e "CREATE DATABASE blog; GRANT ALL ON blog.* TO blog@localhost IDENTIFIED BY 'hunter2'"
cat > "/etc/wordpress/config-$1.php" <<END
<?php
define('DB_NAME', 'blog');
define('DB_USER', 'blog');
define('DB_PASSWORD', 'hunter2');
define('DB_HOST', 'localhost');
define('WP_CONTENT_DIR', '/var/lib/wordpress/wp-content');
END
chown root:www-data "/etc/wordpress/config-$1.php"
chmod 640 "/etc/wordpress/config-$1.php"
cat > /root/install.php <<END
<?php
define('WP_INSTALLING', true);
\$_SERVER['HTTP_HOST'] = '$1';
\$_SERVER['REQUEST_URI'] = '/';
require '/usr/share/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A blog', 'admin', 'admin@example.org', true, '', '$2');
update_option('siteurl', 'http://$1');
update_option('home', 'http://$1');
END
php /root/install.php > /dev/null
cat > /etc/haproxy/haproxy.cfg <<END
global
    chroot /var/lib/haproxy
    user haproxy
    group haproxy
    daemon
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend www
    bind :80
END
if [ $# -gt 2 ]; then
  cat /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem > /etc/haproxy/snakeoil.pem
  chmod 600 /etc/haproxy/snakeoil.pem
  echo "    bind :443 ssl crt /etc/haproxy/snakeoil.pem" >> /etc/haproxy/haproxy.cfg
fi
cat >> /etc/haproxy/haproxy.cfg <<END
    default_backend blog
backend blog
    server apache 127.0.0.1:8080
END
# One after the other: Apache gives port 80 up first.
systemctl restart apache2
systemctl restart haproxy
