#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Say the same to a port of a mail server and print what comes back; with a key and certificate on stdin where asked.

usage: say.py ADDRESS PORT [tls [certificate]]
"""

from __future__ import annotations

import smtplib
import ssl
import sys
import tempfile

LINES = ("MAIL FROM:<a@client.example>", "RCPT TO:<b@elsewhere.example>", "AUTH PLAIN AGEAYg==")


def main(address: str, port: int, words: list[str]) -> None:
    """Connect, go into TLS where asked, and say it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if "certificate" in words:
        with tempfile.NamedTemporaryFile("w") as pair:
            pair.write(sys.stdin.read())
            pair.flush()
            context.load_cert_chain(pair.name)
    implicit = port == 465 and "tls" in words
    client = smtplib.SMTP_SSL(address, port, timeout=20, context=context) if implicit else smtplib.SMTP(address, port, timeout=20)
    if "tls" in words and not implicit:
        client.starttls(context=context)
    client.ehlo("client.example")
    if client.has_extn("auth"):
        print("offers AUTH")
    for line in LINES:
        code, answer = client.docmd(line)
        print(line.split()[0], code, answer.decode().split("\n")[0])


try:
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
except ConnectionRefusedError:
    print("refused")
except (ssl.SSLError, smtplib.SMTPException, OSError) as error:
    print(error)
