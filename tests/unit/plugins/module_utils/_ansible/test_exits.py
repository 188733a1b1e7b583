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

import pytest
from ansible.release import __version__

ROOT = Path(__file__).resolve().parents[5]
CORE = tuple(int(part) for part in __version__.split(".")[:2])
ARGUMENTS = {"open": "hushhush and more", "_ansible_check_mode": True}
SECRET = {"secret": "hushhush"}
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
    made = Rows()
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


def run(form: str, **more: Any) -> tuple[int, dict[str, Any], str]:
    """Exit code, what was printed, and that as text."""
    done = subprocess.run(
        [sys.executable, "-c", MODULE, json.dumps({"ANSIBLE_MODULE_ARGS": {**ARGUMENTS, **more, "form": form}})],
        capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stdout


@pytest.mark.parametrize("secret", [{}, SECRET])
def test_rows_are_printed_as_ansible_prints_lists(secret: dict[str, str]) -> None:
    code, result, text = run("rows", **secret)
    assert (code, text.replace('"form": "rows"', '"form": "list"')) == (0, run("list", **secret)[2])
    assert [len(result[key]) for key in ("first", "second", "none")] == [4, 1, 0]
    assert result["second"] == [{"check": True}] and result["changed"] is False


def test_nothing_of_ansibles_is_lost() -> None:
    # Up to 2.20 a module answers with its arguments in any case; since then it does if the controller wants them.
    wanted = {"_ansible_inject_invocation": True} if CORE >= (2, 21) else {}
    _code, result, text = run("rows", **wanted)
    assert "Mind the gap." in text and "Soon gone." in text and result["warnings"] and result["deprecations"]
    assert result["invocation"]["module_args"]["open"] == "hushhush and more"


def test_a_secret_is_hidden_in_rows_too() -> None:
    _code, result, text = run("rows", **SECRET)
    if CORE >= (2, 22):  # the controller hides it, wherever it stands
        assert result["_ansible_new_secrets"] == ["hushhush"]
    else:
        assert "hushhush" not in text and result["first"][0]["a"] == "say ******** to them"


def test_a_failure_is_one_sentence_and_its_facts() -> None:
    code, result, _text = run("fail")
    assert code == 1 and result["failed"] is True
    assert (result["msg"], result["seen"], result["error"]) == ("That makes no sense.", 1, "IntransitError")
