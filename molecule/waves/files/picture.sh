#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Write a picture of Apache's settings: path, mode, owner, link target, checksum; and whether it runs.
set -eu
find /etc/apache2 /etc/default \( -type f -o -type l \) -printf '%p %M %u:%g %l\n' -a -type f -exec sha256sum {} + | sort
systemctl is-active apache2
