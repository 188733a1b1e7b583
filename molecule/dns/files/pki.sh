#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A certificate authority in the folder $1, the key in use and the next one of the mail host, and a certificate of the policy host.
set -eu
mkdir -p "$1"
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 900 -subj "/O=Scenario/CN=Scenario CA" \
    -addext keyUsage=critical,keyCertSign,cRLSign
issue() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n' "$3" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 80 -out "$1.crt" -extfile "$1.ext"
    cat "$1.key" "$1.crt" ca.pem >"$1.pem"
}
issue now mail12.life.test DNS:mail12.life.test,DNS:mail12.plain.test
issue next mail12.life.test DNS:mail12.life.test,DNS:mail12.plain.test
issue policy mta-sts.life.test DNS:mta-sts.life.test
touch done
