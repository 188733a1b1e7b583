#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Everything the host serves and is configured with, as one text: /root/$1, held against /root/before.
set -eu
{
    find /etc/courier -type f -exec sha256sum {} + | sort -k 2
    find /etc/courier -printf '%p %u %g %m\n' | sort
    for unit in courier-imap courier-imap-ssl courier-pop courier-pop-ssl; do
        printf '%s %s %s\n' "$unit" "$(systemctl is-active $unit)" "$(systemctl is-enabled $unit)"
    done
    for port in 993 "143 -starttls imap" 995 "110 -starttls pop3"; do
        # shellcheck disable=SC2086
        openssl s_client -connect 127.0.0.1:$port </dev/null 2>/dev/null | openssl x509 -noout -fingerprint 2>&1 || true
    done
    pgrep -c couriertcpd
} > "/root/$1"
diff /root/before "/root/$1"
