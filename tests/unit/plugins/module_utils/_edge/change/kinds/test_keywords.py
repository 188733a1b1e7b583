# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind keywords on a real file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, step_for


def test_ours_is_set_and_theirs_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ldap.conf"
    path.write_text("URI ldap://theirs\n")
    change = {"kind": "keywords", "path": str(path), "values": {"TLS_REQCERT": "demand"}}
    step = step_for(change)
    assert step.differs
    KINDS["keywords"].apply(step.identity, step.after)
    assert path.read_text() == "URI ldap://theirs\nTLS_REQCERT\tdemand\n"
    assert not step_for(change).differs
    KINDS["keywords"].restore(step.identity, step.before)
    assert path.read_text() == "URI ldap://theirs\n"


def test_a_missing_file_is_made_where_it_may_be(tmp_path: Path) -> None:
    change = {"kind": "keywords", "path": str(tmp_path / "ldap.conf"), "values": {"TLS_REQCERT": "demand"},
              "owner": str(os.geteuid()), "group": str(os.getegid())}
    with pytest.raises(TransactionError, match="does not exist"):
        step_for(change)
    step = step_for({**change, "create": True})
    KINDS["keywords"].apply(step.identity, step.after)
    assert (tmp_path / "ldap.conf").read_text() == "TLS_REQCERT\tdemand\n"
