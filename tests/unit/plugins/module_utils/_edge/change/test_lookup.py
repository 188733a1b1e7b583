# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lookup with a client's own settings: what is asked, and that its password is no argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import continuity, lookup
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult

SSSD = ("[domain/a]\nldap_uri = ldap://x\nldap_default_bind_dn = cn=a\nldap_default_authtok = hunter2\nldap_search_base = dc=x\n")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def run(argv: list[str], **how: Any) -> CommandResult:
        found.update(argv=argv, environment=how["extra_environment"])
        found["secret"] = Path(argv[argv.index("-y") + 1]).read_text() if "-y" in argv else None
        return CommandResult(tuple(argv), 0, "dn: dc=x\n", "", 0.1)

    monkeypatch.setattr(lookup.command, "run", run)
    monkeypatch.setattr(lookup.installed, "read_installed_version", lambda _package: found.get("version"))
    return found


def test_it_asks_as_the_client_is_set_up(tmp_path: Path, asked: dict[str, Any]) -> None:
    path = tmp_path / "sssd.conf"
    path.write_text(SSSD)
    argv = ["ldap-lookup", "sssd", str(path), "domain/a"]
    result = continuity._ask(argv)
    assert result.describe() == f"`ldap-lookup sssd {path} domain/a` ended with 0" and result.stdout == "dn: dc=x\n"
    assert "-ZZ" not in asked["argv"] and asked["secret"] == "hunter2" and "hunter2" not in " ".join(asked["argv"])
    asked["version"] = "2.10.1-2"
    continuity._ask(argv)
    assert "-ZZ" in asked["argv"]
    path.write_text(SSSD + "ldap_id_use_start_tls = false\n")
    continuity._ask(argv)
    assert "-ZZ" not in asked["argv"]
    path.write_text(SSSD + "ldap_id_use_start_tls = true\nldap_tls_cacert = /ca.pem\n")
    continuity._ask(argv)
    assert "-ZZ" in asked["argv"] and asked["environment"] == {"LDAPTLS_REQCERT": "demand", "LDAPTLS_CACERT": "/ca.pem"}


def test_without_a_login_the_root_entry_is_read(asked: dict[str, Any]) -> None:
    lookup.ask_directory(lookup.Lookup("ldap://x", False, "dc=x"))
    assert asked["secret"] is None and asked["argv"][-2:] == ["", "1.1"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TransactionError, match="cannot be read"):
        lookup.ask(["ldap-lookup", "sssd", str(tmp_path / "x"), ""])
