#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Keys and certificates that slapd may not be given, for the name $1; each folder is one kind of wrong.
set -eu
good=/etc/ssl/intransit/directory.openldap
for kind in mismatch unreadable; do
    mkdir -p "/etc/ldap/broken/$kind"
    cp "$good/fullchain.pem" "/etc/ldap/broken/$kind/cert.pem"
done
cd /etc/ldap/broken
openssl ecparam -name prime256v1 -genkey -noout -out mismatch/key.pem
chgrp openldap mismatch/key.pem
chmod 0640 mismatch/key.pem
# The right key, for root alone.
cp "$good/privkey.pem" unreadable/key.pem
chown root:root unreadable/key.pem
chmod 0600 unreadable/key.pem
