#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A key that is right and that slapd may not read.
set -eu
good=/etc/ssl/intransit/directory.openldap
mkdir -p /etc/ldap/broken/unreadable
cd /etc/ldap/broken/unreadable
cp "$good/fullchain.pem" cert.pem
# The right key, for root alone.
cp "$good/privkey.pem" key.pem
chown root:root key.pem
chmod 0600 key.pem
