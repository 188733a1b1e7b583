#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A user of the directory is known to the host, and Postfix takes mail for that user and for no other.
set -euo pipefail
getent passwd anna
ldapsearch -x -LLL -b dc=example,dc=test uid=anna | grep -q ^mail:
python3 - <<'END'
import smtplib
server = smtplib.SMTP("127.0.0.1", 25, timeout=20)
server.ehlo("x.test")
server.mail("a@localhost.localdomain")
for name, wanted in (("anna", 250), ("berta", 550)):
    code, words = server.rcpt(name + "@example.test")
    assert code == wanted, (name, code, words)
END
