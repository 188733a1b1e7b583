#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Everything the host serves and is configured with, as one text: /root/$1, held against /root/before.
set -eu
{
    find /etc/postfix -type f -exec sha256sum {} + | sort -k 2
    find /etc/postfix -printf '%p %u %g %m %l\n' | sort
    systemctl is-active postfix@- postfix || true
    for port in 465 "587 -starttls smtp" "25 -starttls smtp"; do
        # shellcheck disable=SC2086
        openssl s_client -connect 127.0.0.1:$port </dev/null 2>/dev/null | openssl x509 -noout -fingerprint
    done
    for port in 25 587; do
        printf 'EHLO x\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<>\r\nQUIT\r\n' | timeout 20 python3 -c '
import socket, sys
talk = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10).makefile("rwb", 0)
print(talk.readline())
for line in sys.stdin.buffer:
    talk.write(line)
    while True:
        reply = talk.readline()
        print(reply)
        if reply[3:4] != b"-":
            break
' "$port"
    done
} > "/root/$1"
diff /root/before "/root/$1"
