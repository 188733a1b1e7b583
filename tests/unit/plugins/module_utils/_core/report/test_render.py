# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The JSON form is what the standard library writes, byte for byte, whatever stands in the document."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, encode_report, render

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_json_as_the_standard_library_writes_it(made: dict[str, Any]) -> None:
    wanted = json.dumps(made, indent=1, sort_keys=True) + "\n"
    assert render("json", made) == wanted and encode_report("json", made) == wanted.encode("ascii")


@pytest.mark.parametrize("keys", [{1: "a", 2: "b"}, {True: 1}, {None: 1}, {1.5: []}])
def test_keys_that_are_no_text(keys: dict[Any, Any]) -> None:
    assert render("json", {"in": keys}) == json.dumps({"in": keys}, indent=1, sort_keys=True) + "\n"


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        render("json", {"a": object()})


DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOVES = "x\x1b[2J\x07\x00\x7f\x85\x9b\u202e\rWEB1 forged\n"


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the way to every text of a document."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in rows:
        yield from places(item, (*above, key))
    if isinstance(value, str):
        yield above


def test_no_text_of_merged_evidence_moves_a_terminal_wherever_it_stands() -> None:
    seen = [json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")) for name in ("https_good", "http_good")]
    row = {"endpoint": "0.0.0.0:69/tftp", "transport": "udp", "classification": "plaintext", "verdict": "fail", "findings": [
        {"control": "listener_declared", "status": "fail", "severity": "medium", "sentence": "It is not declared."}]}
    records = [{**make_record(resolve(), seen, now=NOW, host="web1"), "listeners": [row]}]
    made = json.loads(render("json", make_document(records, now=NOW)))
    found = [way for way in places(made) if way[0] not in ("policies", "controls")]
    assert {way[-1] for way in found} >= {"verdict", "title", "grade", "host", "endpoint", "sentence"}
    for way in found:
        hostile = copy.deepcopy(made)
        parent = hostile
        for key in way[:-1]:
            parent = parent[key]
        parent[way[-1]] = MOVES
        for form in sorted(FORMATS):
            try:
                text = render(form, hostile)
            except (IntransitError, KeyError, ValueError):
                continue  # refused, which shows nothing either
            ends = text.replace("\r\n", "\n") if form not in ("json", "text", "html", "junit") else text
            assert not set(ends) & set("\x1b\x07\x00\x7f\x85\x9b\u202e\r"), (form, way)
            assert form != "text" or "\nWEB1 forged" not in text, way


def test_every_format_renders_an_empty_run_and_can_be_written(hostile: dict[str, Any]) -> None:
    for form in FORMATS:
        render(form, make_document([], now=NOW)).encode("utf-8")
        render(form, hostile).encode("utf-8", "replace")
