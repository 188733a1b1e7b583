# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who expands a string: the library where there is one of the right version, the table everywhere else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, UnknownProfile
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Library, Setting
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import judge as cipher_list
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import library
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list.judge import inspect

NOTHING: dict[str, Any] = {
    "cipher_string": None, "language": "auto", "service": None, "version": None, "expander": "auto", "policy": None,
    "policies": None, "releases": [],
}  # fmt: skip


def ask(**given: Any) -> dict[str, Any]:
    return inspect(**{**NOTHING, **given})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    def configure(name: str, version: str, *settings: Setting) -> None:
        linked = Library(name, version, f"/usr/lib/lib{name}.so", "/usr/sbin/daemon")
        monkeypatch.setattr(cipher_list, "settings_of", lambda _service: (linked, settings))

    return configure


def test_the_installed_library_answers() -> None:
    installed = library.ask("openssl", "HIGH")
    assert installed is not None
    found = ask(cipher_string="HIGH:!aNULL")
    assert found["expanded_by"] == f"{installed.asked} {installed.version}"
    assert found["library_agrees"] is True and found["suites"]


def test_the_table_answers_for_other_versions() -> None:
    for version in ("debian12", "debian13", "3.2.1"):
        found = ask(cipher_string="HIGH:!aNULL", version=version, expander="table")
        assert found["expanded_by"] == "table" and found["library_agrees"] is None
    assert ask(cipher_string="HIGH", version="1.1")["expanded_by"] == "table"
    with pytest.raises(DialectError, match="not 1.1"):
        ask(cipher_string="HIGH", version="1.1", expander="library")


def test_without_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "ask", lambda _language, _text: None)
    found = ask(cipher_string="NORMAL")
    assert (found["expanded_by"], found["version"], found["language"]) == ("table", "3.8", "gnutls")
    with pytest.raises(DialectError, match="no gnutls on this host"):
        ask(cipher_string="NORMAL", expander="library")


def test_a_library_that_differs_is_believed_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = library.Answer("/opt/bin/openssl", "3.0.99", (0xC02F, 0xFFFF))
    monkeypatch.setattr(library, "ask", lambda _language, _text: odd)
    found = ask(cipher_string="HIGH")
    assert [suite["code_point"] for suite in found["suites"]] == ["0xc02f"]
    assert found["library_agrees"] is False


def test_policies() -> None:
    found = ask(cipher_string="HIGH", policy="bsi", policies=["nist", {"extends": "modern", "name": "ours"}])
    assert [one["policy"] for one in found["compliance"]] == ["bsi", "nist", "ours"]
    assert len(ask(cipher_string="HIGH")["compliance"]) == 9
    with pytest.raises(UnknownProfile):
        ask(cipher_string="HIGH", policies=["nobody"])


def test_difference_only_when_asked() -> None:
    assert ask(cipher_string="HIGH")["difference"] is None
    assert ask(cipher_string="HIGH", releases=["debian12", "debian13"])["difference"]["same_suites"] is False


def test_a_service_in_its_own_language(service: Any) -> None:
    service("gnutls", "3.7.9", Setting("TLS_PRIORITY", "NORMAL", "/etc/courier/imapd-ssl"))
    found = ask(service="courier_imap")
    assert (found["language"], found["cipher_string"], found["where"]) == ("gnutls", "NORMAL", "/etc/courier/imapd-ssl")
    assert found["tls_library"] == {"name": "gnutls", "version": "3.7.9"}
    assert len(found["configured"]) == 1


def test_of_several_strings_the_bad_one_comes_first(service: Any) -> None:
    service(
        "openssl", "3.0.20",
        Setting("SSLCipherSuite", "ECDHE+AESGCM", "a.conf:1"), Setting("SSLCipherSuite", "ALL", "b.conf:7", ":!aNULL"),
    )
    found = ask(service="apache", policy="intermediate")
    assert (found["where"], found["compliant"]) == ("b.conf:7", False)
    assert [one["compliant"] for one in found["configured"]] == [True, False]
    assert found["added_by_service"] == ":!aNULL" and found["cipher_string"] == "ALL"
    assert not any(suite["auth"] == "anonymous" for suite in found["suites"])


def test_words_of_the_daemon_are_not_held_against_the_string(service: Any) -> None:
    service("openssl", "3.0.20", Setting("SSLCipherSuite", "ECDHE+AESGCM", "a.conf:1", ":!aNULL:!eNULL:!EXP"))
    found = ask(service="apache")
    assert found["ignored_tokens"] == [] and found["unknown_tokens"] == []


@pytest.mark.parametrize(("text", "anonymous", "level"), [("ALL", True, 0), ("ALL:@SECLEVEL=2", False, 2)])
def test_a_daemon_that_begins_at_level_0(service: Any, text: str, anonymous: bool, level: int) -> None:
    installed = library.ask("openssl", "HIGH")
    assert installed is not None
    service("openssl", installed.version, Setting("smtpd_tls_ciphers = medium", text, "tls_medium_cipherlist", "", 0))
    found = ask(service="postfix")
    assert found["library_agrees"] is True
    assert any(suite["auth"] == "anonymous" for suite in found["suites"]) == anonymous
    assert found["seclevel"] == level


def test_a_string_of_the_task_as_the_service_would_read_it(service: Any) -> None:
    service("gnutls", "3.7.9", Setting("olcTLSCipherSuite", "NORMAL", "cn=config"))
    found = ask(service="openldap", cipher_string="HIGH:!aNULL")
    assert found["error"] == "Syntax error at: HIGH:!aNULL" and found["where"] == "the task"


def test_a_service_without_any_setting_is_an_error(service: Any) -> None:
    service("openssl", "3.0.20")
    with pytest.raises(DialectError, match="has no setting for ciphers"):
        ask(service="postfix")
