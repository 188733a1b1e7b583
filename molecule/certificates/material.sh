#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Keys and certificates for the name $1, self-signed; each folder but good has one thing wrong with it.
set -eu
umask 077
name=$1
make() {
    mkdir -p "/root/supplied/$1"
    openssl req -x509 -newkey "$2" ${3:+-pkeyopt "$3"} -noenc -days 60 -subj "/CN=${4:-$name}" \
        -addext "subjectAltName=DNS:${4:-$name}" -addext basicConstraints=critical,CA:FALSE \
        -addext keyUsage=critical,digitalSignature -keyout "/root/supplied/$1/key.pem" \
        -out "/root/supplied/$1/cert.pem" 2>/dev/null
}
for kind in good mismatch encrypted expired open keyless; do make $kind ec ec_paramgen_curve:P-256; done
make small rsa:1024
make named ec ec_paramgen_curve:P-256 other.example.test
cd /root/supplied
openssl ecparam -name prime256v1 -genkey -noout -out mismatch/key.pem
openssl pkey -in encrypted/key.pem -aes256 -passout pass:example -out encrypted/locked.pem
mv encrypted/locked.pem encrypted/key.pem
openssl req -new -key expired/key.pem -subj "/CN=$name" -addext "subjectAltName=DNS:$name" -out expired/request.pem
openssl x509 -req -in expired/request.pem -key expired/key.pem -days 0 -copy_extensions copy \
    -out expired/cert.pem 2>/dev/null
chmod 0644 open/key.pem
echo nothing > keyless/key.pem
printf -- '-----BEGIN \n' > keyless/key.pem
