#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# From now on the resolver of this host validates; behind Postfix's chroot still stands one that is not there.
set -eu
sed -i 's/"iterator"/"validator iterator"/' /etc/unbound/unbound.conf.d/own.conf
systemctl restart unbound
echo nameserver 127.0.0.9 > /var/spool/postfix/etc/resolv.conf
