#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# A user logs in to Roundcube with the password of the mailbox.
set -euo pipefail
python3 - <<'END'
import http.cookiejar
import re
import urllib.parse
import urllib.request

url = "http://127.0.0.1/roundcube/"
client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
token = re.search(r'name="_token" value="([^"]+)"', client.open(url, timeout=20).read().decode()).group(1)
form = {"_token": token, "_task": "login", "_action": "login", "_timezone": "UTC", "_url": "", "_user": "anna@example.test",
        "_pass": "secret"}
answer = client.open(url + "?_task=login", urllib.parse.urlencode(form).encode(), timeout=20)
page = answer.read().decode()
assert "_task=mail" in answer.geturl() or 'id="messagelist' in page, re.findall(r'"[^"]*(?:failed|storage)[^"]*"', page)
END
