#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# TLS is required, but another file leaves the way into TLS closed: then Courier takes logins in clear text.
set -eu
cd /etc/courier
sed -i 's/^IMAP_TLS_REQUIRED=.*/IMAP_TLS_REQUIRED=1/' imapd-ssl
echo TLS_PRIVATE_KEYFILE=/etc/courier/pop3d.pem >> imapd-ssl
echo IMAPDSTARTTLS=NO >> imapd
sed -i 's/^MAXDAEMONS=.*/MAXDAEMONS=41/' imapd
systemctl restart courier-imap
cp -a /etc/courier /root/courier-before
