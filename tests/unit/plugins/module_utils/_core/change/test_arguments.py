# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that decide where and how files are written are read strictly, and refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change import arguments
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError


@pytest.mark.parametrize("name", ["apache", "courier_imap", "postfix@-", "tls-evidence", "web1.example.org", "a" * 100])
def test_names(name: str) -> None:
    assert arguments.check_name("name", name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/x", "a..b", ".x", "-x", "a b", "a\0", "a\n", "ä", "a" * 101])
def test_no_names(name: str) -> None:
    with pytest.raises(ArgumentError, match="name is .*no slash"):
        arguments.check_name("name", name)


@pytest.mark.parametrize(("text", "bits"), [
    ("0640", 0o640), ("640", 0o640), ("0600", 0o600), ("400", 0o400), ("0444", 0o444), ("0755", 0o755), ("0604", 0o604)])
def test_modes(text: str, bits: int) -> None:
    assert arguments.read_mode(text) == bits


# 0640 without quotes is 416 for YAML, 0644 420, 0660 432, 0400 256, 0600 384, 0750 488.
@pytest.mark.parametrize("mode", [
    640, 0o640, 0, -1, True, None, 6.4, "416", "420", "432", "256", "384", "488", "-1", "+640", "06755", "4755", "1777",
    "0o640", "64_0", " 640", "640\n", "", "u=rw,g=r", "٦٤٠", "0666x", "00640", "066", "0200", "0464",
])
def test_no_modes(mode: Any) -> None:
    with pytest.raises(ArgumentError, match="Write it in quotes"):
        arguments.read_mode(mode)


SPEC = {
    "dest": {"type": "path"},
    "merge": {"type": "list", "elements": "path"},
    "port": {"type": "int"},
    "text": {"type": "str"},
    "rows": {"type": "list", "elements": "dict", "options": {
        "file": {"type": "path"}, "timeout": {"type": "float"}, "free": {"type": "int"}}},
    "one": {"type": "dict", "options": {"renew_days": {"type": "int"}}},
    "any": {"type": "dict"},
}


@pytest.mark.parametrize("values", [
    {}, {"dest": None, "merge": None, "one": None, "rows": [{"file": None}]},
    {"dest": "/x y/ü", "merge": ["/a"], "port": 65535, "text": "a\nb", "rows": [{"file": "/x", "timeout": 1.5, "free": -7}],
     "any": {"port": -1}},
])
def test_what_can_be_used(values: Any) -> None:
    arguments.check(SPEC, values)


@pytest.mark.parametrize(("values", "words"), [
    ({"dest": "/etc/x\0y"}, r"path in dest has the control character '\\x00' at position 7"),
    ({"dest": "/etc/x\ny"}, "path in dest"), ({"dest": "/etc/\x85"}, "path in dest"), ({"dest": "/\u2028"}, "path in dest"),
    ({"merge": ["/a", "/b\x1b"]}, r"path in merge\[1\]"),
    ({"rows": [{}, {"file": "\x7f"}]}, r"path in rows\[1\].file"),
    ({"port": 0}, "port is 0. It must be a number from 1 to 65535"), ({"port": -1}, "port"), ({"port": 99999}, "port"),
    ({"rows": [{"timeout": -0.1}]}, "timeout is -0.1"), ({"rows": [{"timeout": float("nan")}]}, "timeout is nan"),
    ({"rows": [{"timeout": float("inf")}]}, "timeout is inf"),
    ({"one": {"renew_days": -1}}, "one.renew_days is -1"),
])
def test_what_cannot_be_used_is_named(values: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        arguments.check(SPEC, values)
