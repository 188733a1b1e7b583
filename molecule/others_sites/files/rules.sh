#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# mod_security with the rule set that Debian recommends, switched on: rules name files by relative paths.
. /root/common.sh
packages apache2 libapache2-mod-security2 modsecurity-crs
sed 's/^SecRuleEngine .*/SecRuleEngine On/' /etc/modsecurity/modsecurity.conf-recommended >/etc/modsecurity/modsecurity.conf
mkdir -p /root/company && : >/root/company/ca.pem
echo "the page of $(hostname)" >/var/www/html/index.html
systemctl restart apache2
touch /root/rules-made
