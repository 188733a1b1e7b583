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
# It forks before it listens.
for _ in 1 2 3 4 5 6 7 8 9 10; do
    if authtest reader example-only; then exit 0; fi
    sleep 0.5
done
exit 1
