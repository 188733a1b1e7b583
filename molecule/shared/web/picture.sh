#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Everything the host serves as $2 and is configured with in the folder $3, as one text in the file $1; $4 is the unit, $5 its TLS ports.
set -eu
exec > "$1"
cd "$3"
find . -type f -exec sha256sum {} + | sort -k 2
find . -type l -printf '%p -> %l\n' | sort
find . -printf '%p %u %g %m\n' | sort
systemctl is-active "$4"
for port in $5; do
    openssl s_client -connect "127.0.0.1:$port" -servername "$2" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint
done
[ "$5" = 443 ] || exit 0
curl -sk -o /dev/null -D - --resolve "$2:443:127.0.0.1" "https://$2/" | grep -vi '^date:'
curl -s -o /dev/null -D - -H "Host: $2" http://127.0.0.1/ | grep -vi '^date:'
