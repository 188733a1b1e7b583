#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# The account reader with one mail that names its host, and checksums of all settings in /root/before.
set -eu
useradd --create-home reader
echo reader:example-only | chpasswd
printf 'From nobody@example.org Mon Nov 30 00:00:00 2026\nFrom: nobody@example.org\nSubject: one\n\nthe mail of %s\n\n' \
    "$(hostname --short)" > /var/mail/reader
chown reader:mail /var/mail/reader
systemctl restart dovecot
find /etc/dovecot -type f -exec sha256sum {} + | sort -k 2 > /root/before
