#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Sites made by mod_macro, each with its own redirect and certificate; a plain site whose folder is in a variable of another file.
. /root/common.sh
packages apache2
for name in one two; do
    issue "/etc/ssl/$name" "$name.example.test"
done
pages one two three
a2enmod -q ssl macro >/dev/null
a2dissite -q 000-default >/dev/null
cat >/etc/apache2/sites-enabled/macros.conf <<'END'
Define PAGES /var/www
<Macro Site $name>
<VirtualHost *:80>
    ServerName $name.example.test
    Redirect permanent / https://$name.example.test/
</VirtualHost>
<VirtualHost *:443>
    ServerName $name.example.test
    DocumentRoot ${PAGES}/$name
    SSLEngine on
    SSLCertificateFile /etc/ssl/$name/fullchain.pem
    SSLCertificateKeyFile /etc/ssl/$name/privkey.pem
</VirtualHost>
</Macro>
Use Site one
Use Site two
UndefMacro Site
END
cat >/etc/apache2/sites-enabled/three.conf <<'END'
Define NAME three.example.test
<VirtualHost 127.0.0.1:8083>
    ServerName ${NAME}
    DocumentRoot ${PAGES}/three
</VirtualHost>
Listen 127.0.0.1:8083
END
systemctl restart apache2
touch /root/macros-made
