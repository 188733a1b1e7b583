#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Starts the server behind (behind.py in /opt) at the address $1, with a certificate of an inner CA for inner.example. That name, the one
# that it had (backend.example) and one that its certificate does not have (other.example) lead there.
set -eu
mkdir -p /etc/ssl/inner
cd /etc/ssl/inner
make() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 60 "$@" 2>/dev/null; }
make -x509 -subj "/CN=Inner CA" -keyout ca.key -out ca.pem
make -subj /CN=inner.example -addext subjectAltName=DNS:inner.example -keyout inner.key -out inner.csr
openssl x509 -req -in inner.csr -CA ca.pem -CAkey ca.key -days 60 -copy_extensions copy -out inner.pem 2>/dev/null
echo "$1 inner.example backend.example other.example" >> /etc/hosts
systemd-run --quiet --unit=behind python3 /opt/behind.py "$1"
