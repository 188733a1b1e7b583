# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is installed and what it is linked to, on whatever machine runs the tests."""

from __future__ import annotations

import subprocess

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host


def test_a_package_that_is_there_has_a_version_and_another_has_none() -> None:
    assert host.read_installed_version("dpkg")
    assert host.read_installed_version("no-such-package-anywhere") is None


@pytest.mark.parametrize("program, library", [("/usr/bin/openssl", "openssl"), ("/usr/bin/gnutls-cli", "gnutls")])
def test_the_library_is_asked_for_its_own_version(program: str, library: str) -> None:
    found = host.find_linked_library(("/no/such/file", program))
    assert found is not None and (found.name, found.asked) == (library, program)
    said = subprocess.run([program, "version" if library == "openssl" else "--version"], capture_output=True, text=True, check=True)
    assert found.version in said.stdout


@pytest.mark.parametrize("order", [("libgnutls.so.30", "libssl.so.3"), ("libssl.so.3", "libgnutls.so.30")])
def test_the_nearest_library_counts(order: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = {name: f"/lib/{name}" for name in ("libc.so.6", *order)}
    monkeypatch.setattr(host.linking, "list_libraries", lambda _program: loaded)
    monkeypatch.setattr(host, "_version_of", lambda name, path, _loaded: f"{name} at {path}")
    found = host.find_linked_library(("/bin/true",))
    assert found is not None and found.version == f"{found.name} at /lib/{order[0]}" and found.name in order[0].replace("ssl", "openssl")


def test_what_has_no_tls_has_no_library() -> None:
    assert host.find_linked_library(("/bin/true",)) is None
    assert host.find_linked_library(()) is None
