#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Write a picture of all settings of a host: path, mode, owner, link target and checksum of everything in /etc, certificates included.
set -eu
find /etc \( -type f -o -type l -o -type d \) -printf '%p %M %u:%g %l\n' -a -type f -exec sha256sum {} + | sort
for unit in apache2 nginx slapd postfix dovecot; do
    printf '%s %s\n' "$unit" "$(systemctl is-active $unit || :)"
done
