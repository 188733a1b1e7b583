#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Lets this host trust what both directories issue, besides what it trusts already; waits until each answers.
set -eu
for port in 15000 15001; do
    python3 - "$port" > /root/root.pem <<'END'
import ssl, sys, time, urllib.request
context = ssl.create_default_context(cafile="/etc/pebble/ca.pem")
for attempt in range(60):
    try:
        print(urllib.request.urlopen(f"https://127.0.0.1:{sys.argv[1]}/roots/0", context=context, timeout=5).read().decode())
        break
    except OSError:
        time.sleep(1)
else:
    sys.exit("the directory does not answer")
END
    mv /root/root.pem "/usr/local/share/ca-certificates/directory-$(sha256sum < /root/root.pem | cut -c 1-16).crt"
done
update-ca-certificates
