#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Roundcube as Debian ships it, which logs in to Courier on the same host in plaintext.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
debconf-set-selections <<'END'
courier-base courier-base/webadmin-configmode boolean false
courier-ssl courier-ssl/certnotice note
roundcube-core roundcube/dbconfig-install boolean true
roundcube-core roundcube/database-type select sqlite3
END
apt-get update -q >/dev/null
apt-get install -qy --no-install-recommends apache2 libapache2-mod-php roundcube roundcube-core roundcube-sqlite3 php-sqlite3 \
    courier-imap courier-authlib courier-authlib-userdb >/dev/null
useradd -m -s /bin/false -u 5001 vm
maildirmake.courier /home/vm/Maildir 2>/dev/null || maildirmake /home/vm/Maildir
chown -R vm:vm /home/vm/Maildir
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' /etc/courier/authdaemonrc
userdb anna@example.test set home=/home/vm mail=/home/vm/Maildir uid=5001 gid=5001
printf 'secret\nsecret\n' | userdbpw -md5 2>/dev/null | userdb anna@example.test set systempw
chmod 600 /etc/courier/userdb
makeuserdb
sed -i 's|^#* *Alias /roundcube|    Alias /roundcube|' /etc/apache2/conf-available/roundcube.conf
a2enconf -q roundcube >/dev/null
systemctl restart courier-authdaemon courier-imap courier-imap-ssl apache2
touch /root/webmail-made
