# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is kept of certificates that were not fit for use."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.refused import Refusals

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)


def test_it_is_kept_and_forgotten(tmp_path: Path) -> None:
    kept = Refusals(str(tmp_path))
    assert kept.read_last("/a") is None
    kept.add("/a", NOW)
    kept.add("/b", NOW)
    assert kept.read_last("/a") == NOW
    kept.remove("/a")
    assert (kept.read_last("/a"), kept.read_last("/b")) == (None, NOW)


def test_a_damaged_file_forgets(tmp_path: Path) -> None:
    (tmp_path / "refused.json").write_text("{")
    (tmp_path / "refused.json").chmod(0o600)
    assert Refusals(str(tmp_path)).read_last("/a") is None
    (tmp_path / "refused.json").write_text('{"/a": "soon"}')
    assert Refusals(str(tmp_path)).read_last("/a") is None
