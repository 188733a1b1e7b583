# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind marked_lines on real files: exactly the edits that are named, through links, and all of them taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS, step_for

KIND = KINDS["marked_lines"]
SITE = "server {\n  ssl_protocols TLSv1;\n  password hunter2; location / { root /hunter2; }\n}\n"


def change(path: Path, **values: Any) -> dict[str, Any]:
    return {"kind": "marked_lines", "path": str(path), "values": {"digest": marks.digest(SITE), **values}}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "available"
    path.write_text(SITE)
    path.chmod(0o640)
    link = tmp_path / "enabled"
    link.symlink_to("available")
    return link


def test_edits_are_made_through_a_link_and_taken_back(site: Path) -> None:
    step = step_for(change(site, added=[[1, 8, "listen 443 ssl;"]], disabled=[2]))
    KIND.apply(step.identity, step.after)
    assert site.is_symlink() and site.stat().st_mode & 0o777 == 0o640
    assert site.read_text().split("\n")[1:3] == [
        "    listen 443 ssl; # added by intransit.tls", "# disabled by intransit.tls:   ssl_protocols TLSv1;"]
    assert not step_for(change(site, added=[[1, 8, "listen 443 ssl;"]], disabled=[2])).differs
    gone = step_for(change(site))
    KIND.apply(gone.identity, gone.after)
    assert site.read_text() == SITE


def test_a_diff_shows_only_what_is_added_and_what_becomes_a_comment(site: Path) -> None:
    step = step_for(change(site, added=[[3, 32, "add_header A b;"]], disabled=[2]))
    assert b"hunter2" in (step.after.content or b"") and "hunter2" not in str(step.shown)
    assert step.shown is not None and len(step.shown[1]) == 2


def test_a_file_that_was_edited_meanwhile_is_left_alone(site: Path) -> None:
    site.write_text(SITE + "\n")
    with pytest.raises(TransactionError, match=r"enabled was edited during this run\. Run again\."):
        step_for(change(site, disabled=[2]))
