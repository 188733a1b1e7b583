# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A test instance is described by plain data, and what is not understood is named."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import Folder, read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError


def test_plain_data_becomes_a_description() -> None:
    made = read_instance({
        "command": ["/usr/sbin/x", "-p", 25], "unit": "x@1.service", "environment": {"A": "b c"},
        "temporary": ["/run/x", {"path": "/var/lib/x", "owner": "x", "mode": "1770"}], "remove": ["/run/*.pid"],
        "endpoints": [], "patience": "3", "settle": 0, "log": None,
    })
    assert made.command == ("/usr/sbin/x", "-p", "25") and made.unit == "x@1.service"
    assert made.temporary == (Folder("/run/x"), Folder("/var/lib/x", "x", "x", 0o1770))
    assert made.endpoints == () and made.patience == 3.0 and made.settle == 0.0 and made.log == ""
    assert read_instance({"command": ["/x"]}).endpoints is None


@pytest.mark.parametrize(("data", "words"), [
    ({}, "no command"),
    ({"command": []}, "no command"),
    ({"command": "/usr/sbin/x -d"}, "command is '/usr/sbin/x -d'; it takes a list"),
    ({"command": ["/x"], "trees": ["/etc"]}, "unknown key trees. Known keys: command, comparisons, edits"),
    ({"command": ["/x"], "unit": "x.service -p Y=Z"}, "name of a systemd service"),
    ({"command": ["/x"], "unit": "--user"}, "name of a systemd service"),
    ({"command": ["/x"], "environment": {"A B": "c"}}, "mapping of variables"),
    ({"command": ["/x"], "environment": ["A=B"]}, "mapping of variables"),
    ({"command": ["/x"], "temporary": ["run/x"]}, "absolute path"),
    ({"command": ["/x"], "temporary": ["/run/../etc"]}, "absolute path"),
    ({"command": ["/x"], "temporary": ["/"]}, "absolute path"),
    ({"command": ["/x"], "temporary": "/run/x"}, "list of folders"),
    ({"command": ["/x"], "temporary": [{"path": "/run/x", "mode": 493}]}, "octal mode"),
    ({"command": ["/x"], "temporary": [{"path": "/run/x", "mode": "0999"}]}, "octal mode"),
    ({"command": ["/x"], "temporary": [{"path": "/run/x", "user": "y"}]}, "path, owner, group and mode"),
    ({"command": ["/x"], "remove": ["/run/x; reboot"]}, "letters, digits"),
    ({"command": ["/x"], "remove": ["/run/$(id)"]}, "letters, digits"),
    ({"command": ["/x"], "remove": ["/run/a\nb"]}, "letters, digits"),
    ({"command": ["/x"], "fatal": "("}, "regular expression"),
    ({"command": ["/x"], "endpoints": ["localhost:25"]}, "list of mappings"),
    ({"command": ["/x"], "edits": {"kind": "file"}}, "list of mappings"),
    ({"command": ["/x"], "patience": "soon"}, "seconds"),
    ({"command": ["/x"], "patience": -1}, "between 0 and 600"),
    ({"command": ["/x"], "settle": "nan"}, "between 0 and 600"),
    ({"command": ["/x", "a\0b"]}, "text"),
])
def test_what_is_not_understood_is_named(data: Any, words: str) -> None:
    with pytest.raises(TransactionError, match=words):
        read_instance(data)
