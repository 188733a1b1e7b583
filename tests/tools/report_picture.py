#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make the picture of the report in the README: an invented fleet, rendered, photographed by Chromium.

    tests/tools/report_picture.py [docs/images/report.png] [endpoints]

The fleet is made of the samples in tests/data/observations, some of them weakened, and is
the same at every run.  With a larger number of endpoints it measures the page.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".cache" / "collections"))

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import render
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = ROOT / "tests" / "data" / "observations"
BROWSER = ROOT / "tests" / "unit" / "plugins" / "module_utils" / "_core" / "report" / "conftest.py"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SAMPLES = {name: json.loads((DATA / f"{name}_good.json").read_text()) for name in ("http", "https", "submission")}
POLICY = resolve(policy="intermediate")
EXCEPTIONS = [
    {"host": "*", "endpoint": "*", "control": "compression", "reason": "an appliance that is replaced in spring",
     "owner": "web team", "ticket": "OPS-12", "expires": "2027-03-31"},
    {"host": "web-01*", "endpoint": "443/https", "control": "hsts", "reason": "until the shop has moved",
     "owner": "shop", "ticket": "OPS-9", "expires": "2026-10-31"},
]


def plain_before() -> dict[str, Any]:
    """Plain http as it was before the roles came."""
    seen = copy.deepcopy(SAMPLES["http"])
    seen["plaintext"] = {"refused": False, "how": "served", "detail": "Plaintext is answered with 200 OK.",
                         "transcript": [{"sent": "GET / HTTP/1.1", "received": "HTTP/1.1 200 OK"}]}
    seen["http"]["status"] = 200
    return seen


def weakened(seen: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Make some of them worse, each in one way."""
    kind = dice.random()
    if kind < 0.03:
        seen["protocols"]["TLSv1.1"] = {"accepted": True, "cause": "accepted", "alert": None, "detail": ""}
        seen["suites"]["TLSv1.1"] = ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"]
    elif kind < 0.06:
        seen["suites"]["TLSv1.2"] += ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"]
    elif kind < 0.08:
        seen["compression"] = True
    elif kind < 0.10:
        seen.update(reachable=False, error="No connection came about in time; a packet filter may be in between.")
    elif kind < 0.16 and seen["http"]:
        seen["http"]["hsts"].update(present=False, valid=False, max_age=None, include_subdomains=False)
    elif kind < 0.20:
        seen["protocols"]["TLSv1.3"] = {"accepted": False, "cause": "protocol_version", "alert": None, "detail": ""}
        del seen["suites"]["TLSv1.3"]
    return seen


def certified(seen: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Give the endpoint a certificate of its own name, with an end of its own."""
    rich = add_certificates([seen], POLICY, NOW)[0]
    leaf, host = rich["certificates"][0], seen["host"]
    days = dice.choice([-9, 4, 11, 24, 33, 41, 55, 62, 70, 78, 85, 88, 89, 90, 130, 190])
    leaf.update(sha256=f"{dice.getrandbits(256):064x}", subject=f"CN={host}", dns_names=[host],
                not_after=(NOW + timedelta(days=days, hours=3)).isoformat())
    for item in rich["certificate_findings"]:
        item["sentence"] = item["sentence"].replace("www.example.test", host).replace("mail.example.test", host)
        if item["control"] in ("certificate.names", "certificate.common_name_only"):
            item.update(status="pass", severity="info", sentence=f"The leaf '{host}' covers {host}.")
        if item["control"] == "certificate.validity" and days < 0:
            item.update(status="fail", severity="critical", sentence=f"The leaf '{host}' expired {-days} days ago.")
        if item["control"] == "certificate.expires_soon" and 0 <= days < 14:
            item.update(status="fail", severity="medium", sentence=f"The leaf '{host}' expires in {days} days.")
    return rich


def records(endpoints: int) -> Iterator[dict[str, Any]]:
    """Invent hosts until there are enough endpoints."""
    dice = random.Random(14)
    made = number = 0
    while made < endpoints:
        number += 1
        kind = dice.choice(["web", "web", "web", "mail"])
        host = f"{kind}-{number:03d}.example.org"
        names = ("http", "https") if kind == "web" else ("submission",)
        seen = [copy.deepcopy({**SAMPLES[name], "host": host, "server_name": host}) for name in names]
        seen = [item if item["protocol"] == "http" else certified(weakened(item, dice), dice) for item in seen]
        before = [{**plain_before(), "host": host}] if kind == "web" and dice.random() < 0.7 else []
        if dice.random() < 0.03 and kind == "web":
            seen[0] = {**plain_before(), "host": host}
        made += len(seen)
        yield make_record(POLICY, seen, now=NOW, host=host, groups=[kind, dice.choice(["berlin", "lyon", "oslo"])],
                     exceptions=EXCEPTIONS, before=before, fail_on="medium")


def main() -> None:
    """Render, open, photograph, and say how long it took."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "report.png"
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 240
    made = make_document(
        list(records(wanted)), now=NOW, exceptions=EXCEPTIONS, fail_on="medium", title="TLS in transit")
    spec = importlib.util.spec_from_file_location("browser", BROWSER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        path = Path(folder) / "report.html"
        path.write_text(render("html", made), encoding="utf-8")
        written = time.monotonic() - begin
        browser = module.Chromium("chromium", Path(folder) / "profile")
        try:
            opened = browser.open(path)
            browser.screenshot(target, 1280, 1180)
        finally:
            browser.close()
        size = path.stat().st_size / 1e6
        print(f"{made['summary']['endpoints']} endpoints: {size:.1f} MB, written in {written:.1f} s, "
              f"open after {opened:.1f} s; {target}")


if __name__ == "__main__":
    main()
