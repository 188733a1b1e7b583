# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The three strings of the requirement judged by every profile, and what a string cannot be blamed for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.judge import (
    Compliance,
    judge,
    list_notes,
    suggest,
    verdict_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.weakness import WEAKNESSES, Weakness
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import expand
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

APACHE = "TLSv1.2:TLSv1.1:TLSv1:AES256:AES128:!3DES:HIGH:!LOW:!MEDIUM:!EXP:!NULL:!eNULL:!aNULL:@STRENGTH"
OPENLDAP = (
    "SECURE128:-VERS-TLS-ALL:+VERS-TLS1.2:-RSA:-DHE-DSS:-CAMELLIA-128-CBC:-CAMELLIA-256-CBC:-AES-256-CBC:"
    "-AES-128-CBC:+COMP-NULL:%SAFE_RENEGOTIATION:%SERVER_PRECEDENCE"
)
KOPANO = (
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256"
)
STRINGS = {"apache": (APACHE, "openssl", "3.0"), "openldap": (OPENLDAP, "gnutls", "3.7"), "kopano": (KOPANO, "openssl", "3.0")}

# Profile: forbidden, phase out, compliant; the table in docs/cipher-lists.md.
JUDGED = {
    "apache": {
        "modern": (71, 0, False), "intermediate": (65, 0, False), "old": (51, 0, False), "hardened": (67, 0, False),
        "rfc9325": (63, 0, False), "bsi": (55, 10, False), "nist": (49, 16, False), "ncsc_nl": (52, 11, False),
        "pci": (55, 8, False),
    },
    "openldap": {
        "modern": (13, 0, False), "intermediate": (7, 0, False), "old": (7, 0, False), "hardened": (9, 0, False),
        "rfc9325": (5, 0, False), "bsi": (3, 4, False), "nist": (3, 4, False), "ncsc_nl": (0, 5, False),
        "pci": (5, 0, False),
    },
    "kopano": {
        "modern": (10, 0, False), "intermediate": (4, 0, False), "old": (0, 0, True), "hardened": (6, 0, False),
        "rfc9325": (4, 0, False), "bsi": (2, 4, False), "nist": (2, 4, False), "ncsc_nl": (0, 4, True),
        "pci": (0, 4, True),
    },
}  # fmt: skip


def judged(text: str, language: str, version: str, policy: object) -> Compliance:
    return judge(expand(text, language, version), resolve(policy=policy))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", STRINGS)
def test_the_strings_of_the_requirement(name: str, profile: str) -> None:
    found = judged(*STRINGS[name], profile)
    assert (len(found.forbidden), len(found.phase_out), found.compliant) == JUDGED[name][profile]
    assert bool(found.problems) != found.compliant


@pytest.mark.parametrize("profile", PROFILES)
def test_the_documentation_says_the_same(profile: str) -> None:
    page = (Path(__file__).resolve().parents[6] / "docs" / "cipher-lists.md").read_text()
    cells = [JUDGED[name][profile] for name in ("apache", "openldap", "kopano")]
    row = " | ".join(f"{forbidden} / {phase_out} / {'yes' if good else 'no'}" for forbidden, phase_out, good in cells)
    assert f"| `{profile}` | {row} |" in page


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=lambda weakness: weakness.code)
def test_every_reason_is_documented(weakness: Weakness) -> None:
    page = (Path(__file__).resolve().parents[6] / "docs" / "cipher-lists.md").read_text()
    sources = ", ".join(weakness.sources)
    assert f"| `{weakness.code}` | {weakness.severity} | {weakness.sentence} | {sources} |" in page


def test_what_apache_s_string_allows_of_the_profile_intermediate() -> None:
    found = judged(*STRINGS["apache"], "intermediate")
    assert not found.missing
    assert judged(*STRINGS["kopano"], "intermediate").missing == ()


def test_openldap_s_string_has_every_group_and_no_tls13() -> None:
    found = judged(*STRINGS["openldap"], "bsi")
    assert "ffdhe2048" in found.groups and "X25519" in found.groups
    assert "TLS_AES_256_GCM_SHA384" in found.missing and not found.protocols


@pytest.mark.parametrize("name", STRINGS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_suggestion_complies(name: str, profile: str) -> None:
    text, language, version = STRINGS[name]
    policy = PROFILES[profile]
    suggestion = suggest(expand(text, language, version), policy)
    if language == "openssl" and not policy.tls12_suites:
        assert suggestion is None
        return
    found = judged(str(suggestion), language, version, profile)
    assert found.compliant and not found.missing


def test_a_string_is_not_blamed_for_what_others_decide() -> None:
    found = judged("ECDHE+AESGCM", "openssl", "3.0", "bsi")
    assert found.compliant and found.uncontrolled == ("TLS_CHACHA20_POLY1305_SHA256",)


def test_a_level_below_the_policy_s_is_a_problem() -> None:
    found = judged("ECDHE+AESGCM:@SECLEVEL=0", "openssl", "3.0", "intermediate")
    assert "Security level 0 is below 2." in found.problems
    assert judged("ECDHE+AESGCM:@SECLEVEL=0", "openssl", "3.0", "old").compliant


def test_protocols_groups_and_schemes_count_where_the_string_decides() -> None:
    found = judged("NORMAL", "gnutls", "3.8", "intermediate")
    assert found.protocols == ("TLSv1.1", "TLSv1")
    assert "ffdhe2048" in found.groups
    assert found.signature_schemes == ("rsa_pkcs1_sha1", "ecdsa_sha1")


def test_a_refused_string_complies_with_nothing() -> None:
    for text, language in (("BOGUS", "openssl"), ("NORMAL:+BOGUS", "gnutls")):
        found = judged(text, language, "3.8", "old")
        assert not found.compliant and "refuses the string" in found.problems[0]


def test_verdicts() -> None:
    bsi = PROFILES["bsi"]
    assert verdict_of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", bsi) == "allowed"
    assert verdict_of("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", bsi) == "phase_out"
    assert verdict_of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", bsi) == "forbidden"
    assert verdict_of("TLS_ECDHE_ECDSA_WITH_AES_128_CCM", PROFILES["rfc9325"]) == "allowed"


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("HIGH", "openssl", "sets no protocol version"),
        ("HIGH", "openssl", "TLS 1.3 suites stay"),
        ("TLSv1.2:!aNULL", "openssl", "TLSv1.2: such a word selects suites by the version"),
        ("HIGH:@SECLEVEL=0", "openssl", "brings back TLS 1.0"),
        ("HIGH:@SECLEVEL=3", "openssl", "RSA key of 2048 bits are refused"),
        ("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2", "gnutls", "DTLS1.2, DTLS1.0 stay on"),
        ("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2", "gnutls", "TLS 1.3 is off."),
        ("NORMAL", "gnutls", "The client's order"),
        ("HIGH:!aNULL", "gnutls", "valid string in the language of openssl"),
        ("NORMAL:-VERS-ALL", "openssl", "looks like a string in the language of gnutls"),
    ],
)
def test_notes(text: str, language: str, words: str) -> None:
    assert any(words in line for line in list_notes(expand(text, language, "3.5" if language == "openssl" else "3.8")))
