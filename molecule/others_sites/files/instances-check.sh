#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
python3 - <<'END'
import smtplib
for port in (25, 2525):
    client = smtplib.SMTP("127.0.0.1", port, timeout=20)
    client.ehlo()
    client.mail("a@example.org")
    print(port, client.rcpt("root@example.test")[0])
    client.quit()
END
