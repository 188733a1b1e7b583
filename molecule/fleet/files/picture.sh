#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Write a picture of the settings of every service: path, mode, owner, link target, checksum; what slapd has, without its time stamps;
# and which units run and start at boot.
set -eu
for folder in /etc/apache2 /etc/postfix /etc/courier /etc/ldap /etc/default /etc/systemd; do
    [ -d "$folder" ] || continue
    find "$folder" -path /etc/ldap/slapd.d -prune -o \( -type f -o -type l \) -printf '%p %M %u:%g %l\n' \
        -a -type f -exec sha256sum {} +
done | sort
if [ -d /etc/ldap/slapd.d ]; then
    su -s /bin/sh openldap -c 'slapcat -n 0 -o ldif-wrap=no' | grep -v -E '^(entryCSN|modifyTimestamp|modifiersName|contextCSN):'
fi
for unit in apache2 postfix courier-imap courier-imap-ssl slapd; do
    printf '%s %s %s\n' "$unit" "$(systemctl is-active $unit || :)" "$(systemctl is-enabled $unit 2>/dev/null || :)"
done
