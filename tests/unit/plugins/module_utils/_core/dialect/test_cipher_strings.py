# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our readers against what the libraries said: every vector of tests/data/cipher_strings.json, whatever it holds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.judge import FORBIDDEN, judge_suites
from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.weakness import (
    WEAKNESSES,
    find_weaknesses,
    severity_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import (
    expand,
    language_of,
    read_library_version,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import Expansion
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[5] / "data" / "cipher_strings.json").read_text()
)
RELEASES = {"bookworm": "debian12", "trixie": "debian13"}
EXPANSIONS = [
    pytest.param(vector, release, id=f"{vector['id']}-{release}")
    for vector in VECTORS
    for release in vector.get("expand", {})
]
JUDGED = [pytest.param(vector, id=vector["id"]) for vector in VECTORS if vector.get("verdicts")]


def expanded(vector: dict[str, Any], release: str) -> Expansion:
    language = vector["backend"]
    return expand(vector["input"], language, read_library_version(RELEASES.get(release, release), language))


def names(expansion: Expansion) -> list[str]:
    return [suite.iana for suite in expansion.suites]


def listed(values: list[str] | None) -> list[str]:
    """gnutls-cli prints "none" for an empty list, and nothing at all for a refused string."""
    return [] if values in (None, ["none"]) else list(values or ())


def test_there_are_vectors() -> None:
    assert VECTORS and EXPANSIONS


@pytest.mark.parametrize(("vector", "release"), EXPANSIONS)
def test_expansion(vector: dict[str, Any], release: str) -> None:
    expected, found = vector["expand"][release], expanded(vector, release)
    assert names(found) == expected["suites"]
    if "n_tls12" in expected:
        assert sum(suite.kx != "any" for suite in found.suites) == expected["n_tls12"]
    if "rc" in expected:
        assert (found.error is not None) == bool(expected["rc"])
    for key, prefix, values in (
        ("protocols", "VERS-", found.protocols),
        ("groups", "GROUP-", found.groups),
        ("signatures", "SIGN-", found.signature_schemes),
    ):
        if key in expected:
            assert [prefix + value for value in values or ()] == listed(expected[key])


@pytest.mark.parametrize(("vector", "release"), EXPANSIONS)
def test_error(vector: dict[str, Any], release: str) -> None:
    """GnuTLS's words are repeated as they are; OpenSSL's come with places in its source, which change."""
    expected, found = vector["expand"][release].get("error"), expanded(vector, release).error
    if expected is None or found is None:
        assert found == expected
    elif vector["backend"] == "gnutls":
        assert found.strip() in expected
    else:
        assert f":{found}:" in expected


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in VECTORS])
def test_difference_between_releases(vector: dict[str, Any]) -> None:
    found = [names(expanded(vector, release)) for release in vector.get("expand", {})]
    if "same_on_both" in vector:
        assert all(one == found[0] for one in found) == vector["same_on_both"]
    if "same_set_on_both" in vector:
        assert all(set(one) == set(found[0]) for one in found) == vector["same_set_on_both"]


@pytest.mark.parametrize("vector", JUDGED)
def test_severity_and_profiles(vector: dict[str, Any]) -> None:
    for name, expected in vector["verdicts"].items():
        if "severity" in expected:
            assert severity_of(suites.by_iana(name)) == expected["severity"], name
        for profile, verdict in expected.get("profiles", {}).items():
            assert judge_suites(resolve(policy=profile)).get(name, FORBIDDEN) == verdict, (name, profile)


def reasons_of(name: str) -> list[str]:
    return [weakness.code for weakness in find_weaknesses(suites.by_iana(name))]


def hopeless(name: str) -> bool:
    """Without encryption or authentication nothing else matters: further reasons are not compared."""
    return suites.by_iana(name).null or suites.by_iana(name).anonymous


def compared() -> dict[str, tuple[list[str], list[str]]]:
    """Our reasons and the vector's for every suite of the file, by name."""
    return {
        name: (reasons_of(name), expected["reasons"])
        for vector in VECTORS
        for name, expected in vector.get("verdicts", {}).items()
        if "reasons" in expected and not hopeless(name)
    }


def test_reasons() -> None:
    """A code that we know is where we have it.  One that we spell otherwise is as bad as ours that it stands for."""
    spelled: dict[str, set[str]] = {}
    for name, (ours, theirs) in compared().items():
        shared = [code for code in theirs if code in WEAKNESSES]
        own = [code for code in ours if code not in shared]
        others = [code for code in theirs if code not in shared]
        assert shared == [code for code in ours if code in shared], name
        assert len(own) == len(others), (name, ours, theirs)
        for code in others:
            spelled.setdefault(code, set()).update(WEAKNESSES[one].severity for one in own)
    assert all(len(severities) == 1 for severities in spelled.values()), spelled


@pytest.mark.parametrize("vector", JUDGED)
def test_counts(vector: dict[str, Any]) -> None:
    named = {name for release in vector["expand"] for name in names(expanded(vector, release))}
    assert named == set(vector["verdicts"])
    if "severity_counts" in vector:
        assert Counter(severity_of(suites.by_iana(name)) for name in named) == vector["severity_counts"]
    counts = vector.get("reason_counts", {})
    least = Counter(code for name in named if not hopeless(name) for code in reasons_of(name) or ["ok"])
    most = Counter(code for name in named for code in reasons_of(name) or ["ok"])
    for code in {*WEAKNESSES, "ok"} & set(counts):
        assert least[code] <= counts[code] <= most[code], code


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in VECTORS])
def test_the_wire_shows_no_more_than_the_string_allows(vector: dict[str, Any]) -> None:
    """A daemon has certificates of some kinds only, so it can show less, never more; Postfix begins at level 0."""
    for where, seen in vector.get("wire", {}).items():
        release = where.rsplit("-", 1)[-1]
        version = read_library_version(RELEASES.get(release, "debian12"), vector["backend"])
        if vector["backend"] == "openssl":
            allowed = expand_openssl(vector["input"], version, seclevel=0).suites
        else:
            allowed = expand_gnutls(vector["input"], version).suites
        for protocol, count in seen.items():
            assert count <= sum(usable(suite, protocol) for suite in allowed), (where, protocol)


def usable(suite: suites.Suite, protocol: str) -> bool:
    if protocol == "TLSv1.3" or suite.kx == "any":
        return protocol == "TLSv1.3" and suite.kx == "any"
    return PROTOCOLS.index(suite.min_protocol) <= PROTOCOLS.index(protocol)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("HIGH:!aNULL", "openssl"),
        ("ECDHE+AESGCM:!aNULL:@STRENGTH", "openssl"),
        ("DEFAULT@SECLEVEL=1", "openssl"),
        ("", "openssl"),
        ("NORMAL", "gnutls"),
        ("secure256:%server_precedence", "gnutls"),
        ("NONE:+VERS-TLS1.2:+RSA", "gnutls"),
        ("+VERS-ALL:HIGH", "gnutls"),
        ("NORMALLY", "openssl"),
    ],
)
def test_language_by_looks(text: str, language: str) -> None:
    assert language_of(text) == language


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(DialectError, match="Known: openssl, gnutls"):
        expand("HIGH", "nss", "3.0")


def test_a_release_is_a_library_version() -> None:
    assert read_library_version("debian12", "openssl") == "3.0"
    assert read_library_version("debian13", "gnutls") == "3.8"
    assert read_library_version("OpenSSL 3.2.1 30 Jan 2024", "openssl") == "3.2"
