# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher strings of a service: its pack reads them, and a service that cannot be read is an error, never an empty list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Library
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import configured

Program = Callable[[str, str], Path]


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library("openssl", "1", "/usr/lib/x.so", "/usr/bin/x")
    monkeypatch.setattr(configured.host, "find_linked_library", lambda _objects: library)


@pytest.mark.parametrize("service", HOSTS)
def test_a_service_that_is_not_linked_to_a_library_is_an_error(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured.host, "find_linked_library", lambda _objects: None)
    with pytest.raises(DialectError, match=f"{service} is not installed here") as caught:
        configured.settings_of(service)
    assert caught.value.details == {"service": service}


def test_a_real_program_is_asked_and_its_answer_is_whole(tmp_path: Path, program: Program, linked: None) -> None:
    program("postconf", f"echo \"$@\" >{tmp_path / 'asked'}\n"
            "echo 'smtpd_tls_ciphers = medium'; echo 'tls_medium_cipherlist = HIGH:@STRENGTH'\n")
    library, found = configured.settings_of("postfix")
    assert library.name == "openssl"
    assert [(row.name, row.effective) for row in found] == [("smtpd_tls_ciphers = medium", "HIGH:@STRENGTH")]
    assert (tmp_path / "asked").read_text().split()[0] == "-x"


@pytest.mark.parametrize("script", ["echo 'postconf: fatal: open /etc/postfix/main.cf' >&2; exit 1\n", "exit 0\n"])
def test_a_service_that_does_not_answer_is_an_error_in_its_own_words(
    script: str, program: Program, linked: None
) -> None:
    program("postconf", script)
    with pytest.raises(DialectError, match="`postconf -x .*ended with [01]") as caught:
        configured.settings_of("postfix")
    assert ("fatal: open" in caught.value.message) is ("fatal" in script)
