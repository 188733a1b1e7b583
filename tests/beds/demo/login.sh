#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A port for people as many a how-to sets it up: it asks for a login, and does not care who listens.
set -eu
postconf -M submission/inet='submission inet n - y - - smtpd'
postconf -P submission/inet/smtpd_sasl_auth_enable=yes submission/inet/smtpd_tls_auth_only=no
echo example-only | saslpasswd2 -p -c -u "$(postconf -h myhostname)" alice
systemctl restart postfix
