# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The libraries of this machine, asked for real, against our own readers."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import expand
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import library
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

STRINGS = {
    "openssl": ["HIGH:!aNULL", "DEFAULT:@SECLEVEL=0", "ALL:@STRENGTH@SECLEVEL=0", "BOGUS", "HIGH:~", "-RSA:ECDHE", "", "é:HIGH"],
    "gnutls": ["NORMAL", "NORMAL:+BOGUS", "NONE", "SECURE256:-VERS-ALL:+VERS-TLS1.3", "HIGH:!aNULL", "", "-RSA", "NORMAL:+NULL"],
}
PAIRS = [(language, text) for language, texts in STRINGS.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), PAIRS)
def test_both_come_to_the_same(language: str, text: str) -> None:
    answer = library.ask(language, text)
    assert answer is not None, f"{language} belongs to what make deps installs"
    found = expand(text, language, answer.version)
    assert answer.code_points == tuple(suite.code_point for suite in found.suites)
    assert answer.error == found.error


@pytest.mark.parametrize("text", STRINGS["gnutls"])
def test_gnutls_without_its_program(text: str, no_programs: None) -> None:
    """Hosts with a daemon on GnuTLS rarely have gnutls-cli."""
    answer = library.ask_gnutls(text)
    assert answer is not None and answer.asked.startswith("libgnutls.so")
    found = expand(text, "gnutls", answer.version)
    assert answer.code_points == tuple(suite.code_point for suite in found.suites)
    assert answer.error == found.error


def test_nobody_to_ask(no_programs: None) -> None:
    assert library.ask_openssl("HIGH") is None


def test_no_program_can_be_given_a_nul() -> None:
    assert library.ask("openssl", "HIGH\0") is None


def test_a_program_that_talks_nonsense_is_an_error(only: "type[Only]") -> None:
    with pytest.raises(DialectError, match="does not tell its version"):
        with only("openssl", "echo LibreSSL"):
            library.ask_openssl("HIGH")
    with pytest.raises(DialectError, match="neither suites nor why"):
        with only("openssl", '[ "$1" = version ] && echo OpenSSL 3.0.1 && exit; exit 3'):
            library.ask_openssl("HIGH")
    with pytest.raises(DialectError, match="neither suites nor why"):
        with only("gnutls-cli", '[ "$1" = --version ] && echo gnutls-cli 3.7.9 && exit; echo Segmentation fault >&2; exit 139'):
            library.ask_gnutls("NORMAL")


class Only:
    """Stands in for a broken installation: one program, and no other, in the search path."""

    folder = ""

    def __init__(self, name: str, script: str) -> None:
        self.path = os.path.join(self.folder, name)
        with open(self.path, "w", encoding="utf-8") as stream:
            stream.write(f"#!/bin/sh\n{script}\n")
        os.chmod(self.path, 0o755)

    def __enter__(self) -> None:
        command._ENVIRONMENT["PATH"] = self.folder

    def __exit__(self, *_reason: object) -> None:
        os.unlink(self.path)


@pytest.fixture
def only(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> "type[Only]":
    monkeypatch.setitem(command._ENVIRONMENT, "PATH", str(tmp_path))
    monkeypatch.setattr(Only, "folder", str(tmp_path))
    return Only


@pytest.fixture
def no_programs(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(command, "find", lambda _program: None)
    yield
