#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# Keys and certificates that no service may be given, for the name $1; each folder is one kind of wrong, and one is good.
set -eu
umask 077
name=$1
for kind in good mismatch leaf_first; do
    mkdir -p "/srv/broken/$kind"
    cd "/srv/broken/$kind"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 60 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem 2>/dev/null
    cat key.pem cert.pem > bundle.pem
done
cd /srv/broken
cp good/key.pem mismatch/key.pem
cat mismatch/key.pem mismatch/cert.pem > mismatch/bundle.pem
cat leaf_first/cert.pem leaf_first/key.pem > leaf_first/bundle.pem
