# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user sends mail from the alias that is his, by each way in, and finds it in his mailbox; each connection is verified."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import time
import uuid

NAME, USER, PASSWORD, ALIAS = "mx.example.test", "anna@example.test", "secret", "sales@example.test"
TRUST = ssl.create_default_context(cafile="/root/company/ca.pem")


def connect(port: int) -> smtplib.SMTP:
    """Connect to a port of the server as a mail program does."""
    if port == 465:
        return smtplib.SMTP_SSL(NAME, port, timeout=20, context=TRUST)
    client = smtplib.SMTP(NAME, port, timeout=20)
    if port != 10025:
        client.starttls(context=TRUST)
    return client


def send(port: int, subject: str, login: bool) -> None:
    """Send a mail to oneself."""
    client = connect(port)
    if login:
        client.login(USER, PASSWORD)
    client.sendmail(ALIAS if login else "out@example.org", [USER], f"Subject: {subject}\r\n\r\nhello\r\n")
    client.quit()


def find_mail(subject: str) -> str:
    """Look into the mailbox until the mail is there, and return its head."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        box = imaplib.IMAP4_SSL(NAME, 993, ssl_context=TRUST, timeout=20)
        box.login(USER, PASSWORD)
        box.select("INBOX")
        found = box.search(None, "SUBJECT", subject)[1][0]
        head = box.fetch(found.split()[0].decode(), "(BODY.PEEK[HEADER])")[1][0][1].decode() if found else ""
        box.logout()
        if head:
            return head
        time.sleep(0.5)
    raise SystemExit(f"The mail {subject} is lost.")


for number in (587, 465, 25, 10025):
    word = uuid.uuid4().hex
    send(number, word, number in (587, 465))
    print(number, "delivered", "by the content filter" if "X-Virus-Scanned" in find_mail(word) else "directly")
refused = connect(587)
refused.login(USER, PASSWORD)
refused.mail("refused@example.test")
print("a sender that main.cf refuses:", refused.rcpt(USER)[0])
