#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# On the controller: a client's key and certificate (key.pem, cert.pem) in the folder $1, signed by the authority in $2; and
# self.pem, signed by nobody but itself.
set -eu
umask 077
mkdir -p "$1"
cd "$1"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=reader -addext extendedKeyUsage=clientAuth \
    -keyout key.pem -out request.pem 2>/dev/null
openssl x509 -req -in request.pem -CA "$2/ca.pem" -CAkey "$2/ca.key" -copy_extensions copy -days 2 -out cert.pem 2>/dev/null
openssl req -x509 -key key.pem -subj /CN=reader -days 2 -out self.pem
