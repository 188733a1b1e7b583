# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges and reports so many endpoints, each on a host of its own, in this process; prints one line of seconds.

    fleet_report.py COUNT PORT
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timezone

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import document as evidence
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, encode_report
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

count, port = int(sys.argv[1]), int(sys.argv[2])
now = datetime.now(timezone.utc)
policy = resolve(policy="intermediate")
seen = observe([{"host": "127.0.0.1", "port": port, "protocol": "https"}], policy=policy)[0].to_dict()

begun = time.monotonic()
records = [
    evidence.make_record(policy, add_certificates([{**seen, "host": f"host{number}"}], policy, now, (), 14),
                    now=now, host=f"host{number}", groups=["web"])
    for number in range(count)
]
took = {"judge": time.monotonic() - begun}
begun = time.monotonic()
made = evidence.make_document(records, now=now, fail_on="medium")
took["document"] = time.monotonic() - begun
for form in FORMATS:
    begun = time.monotonic()
    size = len(encode_report(form, made)) / 2 ** 20
    took[f"{form} ({size:.0f} MiB)"] = time.monotonic() - begun
print(f"{sum(took.values()):.3f}", "; ".join(f"{name} {seconds:.2f}" for name, seconds in took.items()))
