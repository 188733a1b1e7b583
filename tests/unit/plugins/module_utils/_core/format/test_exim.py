# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exim's main configuration as people write it, and edits that can be taken back."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import exim

TEXT = """# a comment
MAIN_TLS_ENABLE = yes
.ifndef X
X == a \\
  # within
  b
.else
hide acl_smtp_auth=deny
no_message_logs
.endif
.include_if_exists "/etc/exim4/more conf"
begin acl
tls_require_ciphers = NORMAL
"""


def rows(text: str) -> list[tuple[object, ...]]:
    return [(line.kind, line.name, line.value, line.numbers) for line in exim.parse(text)]


def test_lines_of_the_main_part() -> None:
    assert rows(TEXT) == [
        ("macro", "MAIN_TLS_ENABLE", "yes", (2,)), ("macro", "X", "a b", (4, 6)), ("option", "acl_smtp_auth", "deny", (8,)),
        ("option", "no_message_logs", "", (9,)), ("include", "/etc/exim4/more conf", "", (11,)), ("begin", "begin acl", "", (12,))]
    conditions = {line.name: line.conditions for line in exim.parse(TEXT)}
    assert conditions["X"] == (("ifndef", "X"),) and conditions["acl_smtp_auth"] == (("ifdef", "X"),)
    assert conditions["begin acl"] == ()


def test_conditions_that_are_wrong_or_go_on() -> None:
    assert rows("  a = b \\") == [("option", "a", "b", (1,))]
    text = ".ifdef A\n.elifdef B\nX = 1\n.endif\n.endif\n.else\nY = 2\n? = 3\n"
    assert [(line.name, line.conditions) for line in exim.parse(text)] == [("X", (("ifdef", "B"),)), ("Y", ())]


@pytest.mark.parametrize("text", ["", "A = 1\n", "A = 1\nb = 2", "\n\n", "A = 1\n\nbegin acl\n"])
def test_edits_are_taken_back(text: str) -> None:
    values = {"digest": exim.hash_original(text), "disabled": [1] if text.startswith("A") else [], "added": [],
              "last": ".include /etc/x"}
    edited = exim.edit(text, values)
    assert edited.endswith(".include /etc/x\n") and exim.remove_edits(edited).rstrip("\n") == text.rstrip("\n")
    assert exim.edit(edited, {**values, "digest": exim.hash_original(edited)}) == edited
    assert exim.show_edits(edited)[0] == ".include /etc/x" and (len(exim.show_edits(edited)) == 2) is text.startswith("A")
    again = exim.edit(edited, {"digest": exim.hash_original(edited)})
    assert again.rstrip("\n") == text.rstrip("\n")


def test_a_line_behind_another_and_its_number() -> None:
    text = "one:\n  driver = smtp\n  x = 1\n"
    edited = exim.edit(text, {"digest": exim.hash_original(text), "added": [[2, "  y = 2"]]})
    assert edited == f"one:\n  driver = smtp\n{exim.ADDED}\n  y = 2\n  x = 1\n"
    assert [exim.find_line(edited, line) for line in (1, 2, 3, 9)] == [1, 2, 5, 9]
    assert exim.remove_edits(edited) == text


@pytest.mark.parametrize(("text", "values", "words"), [
    ("a\n", {"digest": "0"}, "changed since it was read"),
    ("a \\\n", {"last": "x"}, "ends in a backslash"),
    ("a\n", {"added": [[3, "x"]]}, "Nothing can be added behind line 3 of 2 lines"),
    ("a\n", {"disabled": [7]}, "Line 7 cannot be turned into a comment"),
])
def test_what_cannot_be_edited(text: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(TransactionError, match=words):
        exim.edit(text, {"digest": exim.hash_original(text), **values})


def test_drivers_without_a_floor() -> None:
    text = ("driver = smtp\nbegin transports\none:\n driver = smtp\ntwo:\n  driver = smtp\n  tls_require_ciphers = x\n"
            "three :\n driver = pipe\nfour:\n  debug_print = \\\n   x\n  driver=smtp\nbegin retry\n")
    assert list(exim.find_drivers(text)) == [("", 1), ("one", 4), ("four", 13)]
