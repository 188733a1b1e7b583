# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How modules end: rows that are written one by one make the document that Ansible would have printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[5]
ARGUMENTS = {"secret": "hushhush", "open": "hushhush and more", "_ansible_check_mode": True}
MODULE = """
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._ansible.rows import Rows
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError

module = AnsibleModule(
    argument_spec=dict(secret=dict(type="str", no_log=True), open=dict(type="str"), form=dict(type="str")),
    supports_check_mode=True)
module.warn("Mind the gap.")
module.deprecate("Soon gone.", version="9.0.0", collection_name="intransit.tls")
first = [{"a": "say hushhush to them", "b": [None, True, 1, 1.5, "\\u00fc \\ud800 \\U0001f512"], "c": {"d": {}, "e": []}}, {}, "x", 7]
second = [{"check": module.check_mode}]

def rows(values):
    made = Rows(module.no_log_values)
    for place in reversed(range(len(values))):
        made.put(place, values[place])
    return made

def call():
    if module.params["form"] == "fail":
        raise IntransitError("That makes no sense.", {"seen": 1})
    make = rows if module.params["form"] == "rows" else list
    return {"before": 1, "first": make(first), "between": "hushhush", "second": make(second), "none": make([]), "after": 2}

finish(module, call)
"""


def run(form: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, what was printed, and that as text."""
    done = subprocess.run(
        [sys.executable, "-c", MODULE, json.dumps({"ANSIBLE_MODULE_ARGS": {**ARGUMENTS, "form": form}})],
        capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stdout


def test_rows_are_printed_as_ansible_prints_lists() -> None:
    code, result, text = run("rows")
    assert (code, text.replace('"form": "rows"', '"form": "list"')) == (0, run("list")[2])
    assert [len(result[key]) for key in ("first", "second", "none")] == [4, 1, 0]
    assert result["second"] == [{"check": True}] and result["changed"] is False


def test_nothing_of_ansibles_is_lost() -> None:
    _code, result, text = run("rows")
    assert "hushhush" not in text and result["first"][0]["a"] == "say ******** to them"
    assert "Mind the gap." in text and "Soon gone." in text and result["warnings"] and result["deprecations"]
    assert result["invocation"]["module_args"]["open"] == "******** and more"


def test_a_failure_is_one_sentence_and_its_facts() -> None:
    code, result, _text = run("fail")
    assert code == 1 and result["failed"] is True
    assert (result["msg"], result["seen"], result["error"]) == ("That makes no sense.", 1, "IntransitError")
