# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A setting outside of a role is judged by what it allows; the packs' tests try it with their daemons' words."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service import overrides

EXPAND = overrides.expansion_of("3.0.20")


def test_words_with_and_without_signs() -> None:
    # Without signs only the last one counts (AH02532).
    assert overrides.protocols_of(["TLSv1.2", "TLSv1.3"]) == (("TLSv1.3",), ())
    assert overrides.protocols_of(["TLSv1.2", "TLSv1.3"], unsigned_replaces=False) == (("TLSv1.2", "TLSv1.3"), ())
    assert overrides.protocols_of(["-ALL", "TLSv1.4", "SSLv2"], unsigned_replaces=False) == ((), ("TLSv1.4",))


@pytest.mark.parametrize(("words", "said"), [
    (["TLSv1.2"], None), (["TLSv1", "TLSv1.3"], "allows TLSv1"), (["TLSv1.4"], "names TLSv1.4"),
])
def test_versions(words: list[str], said: str | None) -> None:
    found = overrides.judge_versions(overrides.protocols_of(words, unsigned_replaces=False), resolve())
    assert found is None if said is None else said in str(found)


@pytest.mark.parametrize(("text", "said"), [
    ("ECDHE-RSA-AES128-GCM-SHA256", None), ("AES128-SHA", "allows TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("ALL:@SECLEVEL=0", "security level to 0"), ("nonsense", "is not a cipher list that the library takes"),
])
def test_cipher_lists(text: str, said: str | None) -> None:
    found = overrides.judge_list(text, resolve(), EXPAND)
    assert found is None if said is None else said in str(found)


@pytest.mark.parametrize(("words", "said"), [
    (["Groups", "X25519:P-256"], None), (["Groups", "ffdhe2048"], "groups ffdhe2048"), (["MinProtocol", "TLSv1.2"], None),
    (["Protocol", "ALL, -SSLv3"], "TLSv1"), (["Ciphersuites", "TLS_AES_128_CCM_8_SHA256"], "CCM_8"), (["Groups"], None),
    (["SignatureAlgorithms", "rsa_pkcs1_sha1"], "rsa_pkcs1_sha1"), (["Options", "UnsafeLegacyRenegotiation"], "Unsafe"),
    (["MaxProtocol", "TLSv1.2"], None), (["NoSuchCommand", "x"], "cannot be judged here"),
])
def test_commands_of_openssl(words: list[str], said: str | None) -> None:
    found = overrides.judge_command(words, resolve(), EXPAND)
    assert found is None if said is None else said in str(found)


def test_client_certificates_and_hsts() -> None:
    assert overrides.judge_client(0, "off", resolve()) is None
    assert "(off) than the policy (required)" in str(overrides.judge_client(0, "off", resolve(data_class="secret")))
    assert overrides.judge_hsts("max-age=63072000", resolve()) is None
    assert overrides.judge_hsts("preload", resolve()) == "shortens HSTS to no s"
    assert overrides.judge_hsts("preload", resolve(profile="pci")) is None
    always = ["Strict-Transport-Security", "max-age=15768000", "always"]
    assert overrides.judge("hsts", always, resolve(), "3.0.0") == "shortens HSTS to 15768000 s"


def test_suites_are_shown_three_at_a_time() -> None:
    assert overrides.list_beyond(["A", "B", "C", "D", "E"], resolve()) == "allows A, B, C and 2 more"
    assert overrides.list_beyond([], resolve()) is None


def test_a_list_that_the_library_refuses_is_an_error() -> None:
    assert EXPAND("AES128-SHA") == ["TLS_RSA_WITH_AES_128_CBC_SHA"]
    with pytest.raises(DialectError):
        EXPAND("nonsense")
