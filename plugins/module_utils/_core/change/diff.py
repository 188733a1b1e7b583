# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Show what a step changes, without showing what nobody should see.

Files may be somebody else's and hold passwords beside the TLS settings, so only the
changed lines with one line around them are shown, and values of secret-looking keys
are left out, down to the last line that goes on with them.
"""

from __future__ import annotations

import difflib
import re
from typing import Dict, List

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step

_CONTEXT = 1
_SECRET = re.compile(
    r"(?im)^(?P<indent>[ \t]*)(?P<key>.*?"
    r"(?:passw(?:or)?d|passphrase|secret|credential|(?:\b|[_.-])token|api_?key|bindpw)[\w.-]*\s*[=:\s]\s*)\S.*"
    # Lines that are indented deeper go on with it, comments in between or not.
    r"(?:(?:\n[ \t]*(?:#.*)?)*\n(?P=indent)[ \t]+\S.*)*"
)
_LEFT_OUT = r"\g<indent>\g<key>(not shown)"


def diff_of(step: Step) -> Dict[str, str]:
    """Return one entry for a module's ``diff`` list, as Ansible's ``prepared`` text."""
    lines = difflib.unified_diff(
        _lines(step.before),
        _lines(step.after),
        "%s (before)" % step.label,
        "%s (after)" % step.label,
        n=_CONTEXT,
        lineterm="",
    )
    return {"prepared": "".join(line + "\n" for line in lines)}


def _lines(state: State) -> List[str]:
    form = state.facts.get("form")
    if form == "absent":
        return []
    if form == "link":
        return ["link to %s" % state.facts.get("target")]
    if form == "unit":
        return ["%s: %s" % (what, "yes" if state.facts[key] else "no")
                for what, key in (("runs", "up"), ("starts at boot", "enabled"))]
    head = []
    if "mode" in state.facts:
        head = ["# uid %s gid %s mode %04o" % (state.facts["uid"], state.facts["gid"], state.facts["mode"])]
    return head + redact((state.content or b"").decode("utf-8", "replace")).splitlines()


def redact(text: str) -> str:
    """Leave the value of every secret-looking key out."""
    return _SECRET.sub(_LEFT_OUT, text)
