#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# On the controller: what each port of the host $2 (at the address $1) lets a reader see, with the authority in $3 and
# more options of curl. One line each: the port, and the mail, or the code that curl ended with.
address=$1 name=$2 authority=$3/ca.pem
shift 3
for url in "imaps://$name:993/INBOX;UID=1" "imap://$name:143/INBOX;UID=1" "pop3s://$name:995/1" "pop3://$name:110/1"; do
    port=${url##*"$name":}
    port=${port%%/*}
    said=$(curl --silent --ssl-reqd --cacert "$authority" --max-time 20 --resolve "$name:$port:$address" \
        --user reader:example-only "$@" "$url")
    echo "$port $? $(printf %s "$said" | grep -o 'the mail of [a-z0-9]*')"
done
