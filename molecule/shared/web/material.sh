#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Keys and certificates that no service may be given, for the name $1; each folder is one kind of wrong.
set -eu
umask 077
make() {
    openssl req -x509 -newkey "$2" ${3:+-pkeyopt "$3"} -noenc -days 60 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE -keyout "$1/key.pem" -out "$1/cert.pem" 2>/dev/null
}
name=$1
for kind in mismatch encrypted small; do mkdir -p "/root/broken/$kind"; done
cd /root/broken
make mismatch ec ec_paramgen_curve:P-256
openssl ecparam -name prime256v1 -genkey -noout -out mismatch/key.pem
make encrypted ec ec_paramgen_curve:P-256
openssl pkey -in encrypted/key.pem -aes256 -passout pass:example -out encrypted/locked.pem
mv encrypted/locked.pem encrypted/key.pem
make small rsa:1024
