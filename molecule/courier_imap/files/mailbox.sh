#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# One mailbox, reader, with one mail that names its host; passwords in Courier's own userdb.
set -eu
useradd --system --home-dir /srv/mail/reader --shell /usr/sbin/nologin reader
install -d -o reader -g reader -m 0700 /srv/mail/reader
maildirmake.courier /srv/mail/reader/Maildir
printf 'From: nobody@example.org\r\nSubject: for the reader\r\n\r\nthe mail of %s\r\n' "$(hostname)" \
    > /srv/mail/reader/Maildir/new/1.1.example
chown -R reader:reader /srv/mail/reader
userdb reader set home=/srv/mail/reader mail=/srv/mail/reader/Maildir uid="$(id -u reader)" gid="$(id -g reader)"
printf 'example-only\nexample-only\n' | userdbpw -md5 | userdb reader set systempw
chmod 0700 /etc/courier/userdb
makeuserdb
sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' /etc/courier/authdaemonrc
systemctl restart courier-authdaemon
authtest reader example-only
