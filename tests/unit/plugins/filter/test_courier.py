# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter chooses the language by the library, and says in a sentence why it cannot."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.courier import courier_imap_settings

OPTIONS = dict(server_name="mail.example.org", imaps="open", imap="policy", pop3s="auto", pop3="auto",
               client_certificate="policy", client_ca_file="", cleartext_backends="fail",
               certificate={"source": "local_ca", "bundle": "/c/bundle.pem", "chain": "/c/chain.pem"})


def look(library: Any) -> Dict[str, Any]:
    return dict(installed=True, tls_library=library, protocols=["imap"], listens=[], listeners=[], units=[],
                settings={}, virtual_certificates=[], cleartext_logins=[])


def written(library: str, version: str) -> Dict[str, Any]:
    made = courier_imap_settings(look({"name": library, "version": version}), "intermediate", OPTIONS)
    values: Dict[str, Any] = made["changes"][0]["values"]
    return values


def test_gnutls() -> None:
    assert written("gnutls", "3.7.9")["TLS_PRIORITY"].startswith("NONE:+VERS-TLS1.3:+VERS-TLS1.2:")
    assert "TLS_PROTOCOL" not in written("gnutls", "3.7.9")


def test_openssl() -> None:
    values = written("openssl", "3.5.1")
    assert values["TLS_PROTOCOL"] == values["TLS_STARTTLS_PROTOCOL"] == "TLSv1.2++"
    assert "ECDHE-ECDSA-AES128-GCM-SHA256" in values["TLS_CIPHER_LIST"]
    assert "TLS_PRIORITY" not in values


@pytest.mark.parametrize(("seen", "sentence"), [
    ({"installed": False}, "not installed"), (look(None), "neither GnuTLS nor OpenSSL"),
])
def test_what_cannot_be_worked_out(seen: Dict[str, Any], sentence: str) -> None:
    with pytest.raises(AnsibleFilterError, match=sentence):
        courier_imap_settings(seen, "intermediate", OPTIONS)


def test_what_courier_cannot_say_is_a_sentence() -> None:
    with pytest.raises(AnsibleFilterError, match="cannot be told TLSv1.3"):
        courier_imap_settings(look({"name": "openssl", "version": "3.5"}), "modern", OPTIONS)
