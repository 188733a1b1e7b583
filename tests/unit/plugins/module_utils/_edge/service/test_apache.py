# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Apache is asked; what it answers on real hosts is seen in molecule/apache."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import apache


@pytest.mark.parametrize("mode", [0o666, 0o602])
def test_as_root_only_if_nothing_could_be_written_by_another_account(tmp_path: Path, mode: int) -> None:
    (tmp_path / "sites-enabled").mkdir(mode=0o755)
    site = tmp_path / "sites-enabled" / "a.conf"
    site.write_text("")
    site.chmod(0o644)
    assert apache._foreign(str(tmp_path)) == ""
    site.chmod(mode)
    assert apache._foreign(str(tmp_path)) == str(site)


def test_a_folder_of_another_account_counts_behind_a_link_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(elsewhere)
    assert apache._foreign(str(root)) == ""
    elsewhere.chmod(0o777)
    assert apache._foreign(str(root)) == str(root / "linked")


def test_a_configuration_that_apache_refuses_is_a_problem_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = CommandResult(("apache2ctl",), 1, "", "AH00526: Syntax error on line 1 of /etc/apache2/x.conf", 0.1)
    monkeypatch.setattr(apache, "_run", lambda argv, environment: refusal)
    monkeypatch.setattr(apache, "_foreign", lambda root: "")
    found = apache.describe()
    assert found["vhosts"] == [] and "AH00526" in found["problems"][0]
    monkeypatch.setattr(apache, "_foreign", lambda root: "/etc/apache2/theirs.conf")
    assert "can write /etc/apache2/theirs.conf" in apache.describe()["problems"][0]
