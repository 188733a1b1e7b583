# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge certificate files with the Python that runs this, whatever library it has: one line of JSON.

Arguments: a moment in ISO 8601, trust anchors, and files, each judged by itself.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime

from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import Request, check

moment, anchors, *files = sys.argv[1:]
results = []
for path in files:
    request = Request(paths=[path], names=["www.example.org"], policy="intermediate", trust_anchors=[anchors])
    results.append(check(request, datetime.fromisoformat(moment)))
print(json.dumps({"parser": results[0].pop("parser"), "results": [{**one, "parser": None} for one in results]}))
