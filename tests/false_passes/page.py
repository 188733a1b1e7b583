# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/false-passes.md: one row for each attempt, out of the attempts themselves.

To write it anew: PYTHONPATH=.cache/collections python tests/false_passes/page.py > docs/false-passes.md
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "wire")]

from rows import ROWS

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS

ELSEWHERE = {
    "starttls_injection": "tests/wire/test_injection.py",
    "heartbleed": "tests/wire/test_flaws.py",
    "ccs_injection": "tests/wire/test_flaws.py",
    "robot": "tests/wire/test_flaws.py",
    "post_quantum": "tests/unit/plugins/module_utils/_core/verdict/test_judge.py",
    "host_asked": "tests/unit/plugins/module_utils/_core/verdict/test_judge.py",
    "exception_unmatched": "tests/unit/plugins/module_utils/_core/verdict/test_judge.py",
    "listener_declared": "tests/unit/plugins/module_utils/_core/listener/test_judge.py",
    "listener_plaintext": "tests/unit/plugins/module_utils/_core/listener/test_judge.py",
    "judged": "tests/unit/plugins/module_utils/_edge/test_evidence.py",
    "certificate_in_use": "tests/unit/plugins/module_utils/_edge/change/test_confirm.py",
    "dns_caa": "tests/unit/plugins/module_utils/_core/verdict/checks/test_dns.py",
    "dns_tlsa": "tests/unit/plugins/module_utils/_core/verdict/checks/test_dns.py",
    "dns_dnssec": "tests/unit/plugins/module_utils/_core/verdict/checks/test_dns.py",
    "dns_mta_sts": "tests/unit/plugins/module_utils/_core/verdict/checks/test_dns.py",
    "dns_tls_rpt": "tests/unit/plugins/module_utils/_core/verdict/checks/test_dns.py",
    "inside_tls": "tests/unit/plugins/module_utils/_edge/wire/test_within_tls.py",
}
"""Controls whose weak servers, with healthy ones beside them, are tested in another place."""

HEAD = """# False passes

A tool that proves must not pass what is wrong. For every control the tests ask what it would take to pass wrongly, and try it on a
server on loopback, through the real engine, certificate judge and verdict (`tests/false_passes/`, part of `make wire`). Each attempt
comes with a healthy server, which has to pass.

{count} attempts at {controls} controls. This page is made from them; a test holds both together.

## What the wire does not tell

* One endpoint is one name at one address. A server may have other rules for a hello without a server name or with another one: list
  such a name, or the address without `server_name`, as an endpoint of its own. `addresses: all` of `endpoint_info` asks every address
  of a name; by default the first that answers is asked.
* A pool of servers behind one address is asked as one server. A weak member that did not answer is not seen.
* A hello without extensions is sent once, for TLS 1.1. A server that accepts TLS 1.0 only from such a hello, and refuses one for
  TLS 1.1 instead of answering it with TLS 1.0, is not found.
* Depth `policy` sees one certificate. Depth `full` also asks for those of other kinds of key.
* What a server does with a right password, and whether FTP encrypts its data connections, would need an account.
* LDAP: a search, a simple bind and SASL binds by PLAIN and LOGIN are tried in clear text, other SASL mechanisms are not.
* Pages: what scripts do, cookies after a login, images, and what a Content-Security-Policy makes of http URLs. A cookie that holds a session under a
  name that tells nothing has to be named in `session_cookies`.
* Wildcards are not compared with a list of public suffixes.

## Attempts

| Control | What the weak server does |
|---|---|
"""


def page() -> str:
    """The page as it should be."""
    controls = {row.control for row in ROWS}
    order = list(CONTROLS)
    rows = sorted(ROWS, key=lambda row: order.index(row.control))
    head = HEAD.replace("{count}", str(len(rows))).replace("{controls}", str(len(controls)))
    lines = [f"| `{row.control}` | {row.trick} |" for row in rows]
    elsewhere = [f"* `{control}`: `{path}`" for control, path in ELSEWHERE.items()]
    return head + "\n".join(lines) + "\n\nTried in other tests:\n\n" + "\n".join(elsewhere) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
