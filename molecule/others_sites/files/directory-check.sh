#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# An administrator logs in to the directory over its web page, and sees the tree.
set -euo pipefail
cat /etc/ssl/intransit/*/chain.pem >/root/roots.pem 2>/dev/null || cp /etc/ssl/certs/ca-certificates.crt /root/roots.pem
python3 - <<'END'
import http.cookiejar
import ssl
import urllib.parse
import urllib.request

client = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
    urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile="/root/roots.pem")))
base = client.open("http://ldap.example.test/phpldapadmin/", timeout=20).geturl().partition("/phpldapadmin/")[0] + "/phpldapadmin/"
client.open(base + "cmd.php?cmd=login_form&server_id=1", timeout=20)
form = {"cmd": "login", "server_id": "1", "nodecode[login_pass]": "1", "login": "cn=admin,dc=example,dc=test", "login_pass": "adminpw",
        "submit": "Authenticate"}
client.open(base + "cmd.php", urllib.parse.urlencode(form).encode(), timeout=20)
page = client.open(base + "cmd.php?cmd=template_engine&server_id=1&dn=dc%3Dexample%2Cdc%3Dtest", timeout=20).read().decode()
print("the tree is shown:", "organization" in page.lower() and "example" in page)
END
