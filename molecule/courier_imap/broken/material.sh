#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Keys and certificates for the name $1; each folder but the good one is one kind of wrong.
set -eu
name=$1
for kind in good unreadable mismatch encrypted; do
    mkdir -p "/srv/broken/$kind"
    cd "/srv/broken/$kind"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 60 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem 2>/dev/null
done
openssl ecparam -name prime256v1 -genkey -noout -out /srv/broken/mismatch/key.pem
cd /srv/broken/encrypted
openssl pkey -in key.pem -aes256 -passout pass:example -out locked.pem
mv locked.pem key.pem
for kind in good unreadable mismatch encrypted; do
    cd "/srv/broken/$kind"
    cat key.pem cert.pem > bundle.pem
    chown root:courier key.pem bundle.pem
    chmod 0640 key.pem bundle.pem
done
chown root:root /srv/broken/unreadable/key.pem /srv/broken/unreadable/bundle.pem
chmod 0600 /srv/broken/unreadable/key.pem /srv/broken/unreadable/bundle.pem
printf 'IMAPDSTARTTLS=NO\nIMAP_TLS_REQUIRED=0\n' > /srv/broken/late
printf 'TLS_PRIORITY=NORMAL\n' > /srv/broken/weak
