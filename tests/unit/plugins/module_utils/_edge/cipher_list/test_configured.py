# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher strings read from files and programs: a service that cannot be read is an error, never an empty list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.configured import BUILT_IN
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Library
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import configured

Program = Callable[[str, str], Path]
POSTCONF = """cat <<'END'
smtpd_tls_ciphers = medium
smtpd_tls_mandatory_ciphers = high
smtpd_tls_exclude_ciphers = RC4, 3DES
tls_medium_cipherlist = aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH
tls_high_cipherlist =
END
"""


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def to(language: str) -> None:
        library = Library(language, "1", "/usr/lib/x.so", "/usr/bin/x")
        monkeypatch.setattr(configured.host, "linked_library", lambda _objects: library)

    return to


@pytest.mark.parametrize("service", configured.SERVICES_READ)
def test_a_service_that_is_not_linked_to_a_library_is_an_error(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured.host, "linked_library", lambda _objects: None)
    with pytest.raises(DialectError, match=f"{service} is not installed here") as caught:
        configured.settings_of(service)
    assert caught.value.details == {"service": service}


def test_every_reader_is_of_a_known_service() -> None:
    assert set(configured.SERVICES_READ) <= set(SERVICES)


def test_postfix_is_asked_for_expanded_values_and_its_equals_signs_are_kept(
    tmp_path: Path, program: Program, linked: Callable[[str], None]
) -> None:
    linked("openssl")
    program("postconf", f"echo \"$@\" >{tmp_path / 'asked'}\n{POSTCONF}")
    library, found = configured.settings_of("postfix")
    assert library.name == "openssl"
    assert [(row.name, row.effective) for row in found] == [
        ("smtpd_tls_ciphers = medium", "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH:!RC4:!3DES"),
        ("smtpd_tls_mandatory_ciphers = high", ":!RC4:!3DES")]
    asked = (tmp_path / "asked").read_text().split()
    assert asked[0] == "-x" and {"tls_high_cipherlist", "smtp_tls_mandatory_exclude_ciphers"} <= set(asked)


@pytest.mark.parametrize("script", ["echo 'postconf: fatal: open /etc/postfix/main.cf' >&2; exit 1\n", "exit 0\n"])
def test_a_postfix_that_does_not_answer_is_an_error_in_its_own_words(
    script: str, program: Program, linked: Callable[[str], None]
) -> None:
    linked("openssl")
    program("postconf", script)
    with pytest.raises(DialectError, match="`postconf -x .*ended with [01]") as caught:
        configured.settings_of("postfix")
    assert ("fatal: open" in caught.value.message) is ("fatal" in script)


def test_courier_says_it_for_each_file_that_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: Callable[[str], None]
) -> None:
    imap, pop, absent = (str(tmp_path / name) for name in ("imapd-ssl", "pop3d-ssl", "esmtpd-ssl"))
    Path(imap).write_text('TLS_PRIORITY="NORMAL:-VERS-TLS1.0"\nTLS_CIPHER_LIST="HIGH"\n')
    Path(pop).write_bytes(b"# caf\xe9\n#TLS_PRIORITY=SECURE\n")
    monkeypatch.setattr(configured, "_COURIER_FILES", (imap, pop, absent))
    linked("gnutls")
    assert [(row.value, row.where) for row in configured.settings_of("courier_imap")[1]] == [
        ("NORMAL:-VERS-TLS1.0", imap), ("NORMAL", BUILT_IN)]
    linked("openssl")
    assert [(row.value, row.where) for row in configured.settings_of("courier_imap")[1]] == [
        ("HIGH", imap), ("DEFAULT", BUILT_IN)]


def test_openldap_is_read_from_its_entry_and_never_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: Callable[[str], None]
) -> None:
    entry = tmp_path / "cn=config.ldif"
    monkeypatch.setattr(configured, "_SLAPD_ENTRY", str(entry))
    linked("gnutls")
    with pytest.raises(DialectError, match="cn=config.ldif is not there"):
        configured.settings_of("openldap")
    entry.write_text("dn: cn=config\nolcTLSCipherSuite: SECURE256:-VERS-\n TLS1.0\n")
    assert [row.value for row in configured.settings_of("openldap")[1]] == ["SECURE256:-VERS-TLS1.0"]
    entry.write_text("dn: cn=config\n")
    (found,) = configured.settings_of("openldap")[1]
    assert (found.value, found.where) == ("NORMAL", BUILT_IN)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DialectError, match="folder cannot be read: Is a directory") as caught:
        configured._texts((str(tmp_path / "absent"), str(tmp_path / "folder")))
    assert caught.value.details == {"file": str(tmp_path / "folder")}


def test_apache_says_what_its_configuration_says(monkeypatch: pytest.MonkeyPatch, linked: Callable[[str], None]) -> None:
    class Config:
        """No directive at all."""

        directives: Any = ()

    linked("openssl")
    monkeypatch.setattr(configured.apache, "configuration", Config)
    (found,) = configured.settings_of("apache")[1]
    assert found.where == BUILT_IN and found.effective.startswith("DEFAULT:!aNULL")
