# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of priority strings against the GnuTLS of this machine, and against themselves.

Both releases and thousands of combinations: tests/equivalence.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect import gnutls_words as words

KINDS = {"kx": "Key exchange algorithms", "cipher": "Ciphers", "mac": "MACs", "protocol": "Protocols", "group": "Groups",
         "sign": "PK-signatures"}
PREFIXES = {"protocol": "VERS-", "group": "GROUP-", "sign": "SIGN-"}
RELEASES = ((3, 7), (3, 8))


@cache
def listed(priority=""):
    """What the program lists by kind, without prefixes; kinds in lower case, since their case differs by command."""
    command = ["gnutls-cli", "--list", *(["--priority", priority] if priority else [])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"^([A-Z][\w -]+): (.*)$", said, re.MULTILINE))
    lines = {title.lower(): re.split(r",\s*", line) for title, line in found.items()}
    return {kind: [word.removeprefix(PREFIXES.get(kind, "")) for word in lines[title.lower()] if word not in ("none", "")]
            for kind, title in KINDS.items()}


@pytest.fixture(scope="module")
def release():
    said = subprocess.run(["gnutls-cli", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.search(r"(\d+)\.(\d+)\.\d+", said).groups()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_that_the_library_lists_is_known(kind, release):
    known = {word for has, word in words.list_single_words(release).values() if has == kind}
    missing = {word for word in listed()[kind] if word not in known}
    # A word that stands for nothing any more is taken and has no kind.
    assert {word for word in missing if word not in words.ACCEPTED_WORDS} == set()
    assert len(known & set(listed()[kind])) >= 4


@pytest.mark.parametrize("name", words.LEVELS)
def test_a_level_brings_what_the_library_says(name):
    level, said = words.LEVELS[name], listed(name)
    for kind in ("kx", "cipher", "mac", "sign", "group"):
        assert list(getattr(level, kind)) == said[kind], kind
    assert list(level.protocol or words.PROTOCOLS) == said["protocol"]


@pytest.mark.parametrize("bulk", [bulk for bulk in words.BULKS if "GOST" not in bulk.prefix], ids=lambda bulk: bulk.prefix)
def test_a_bulk_adds_what_the_library_says(bulk):
    # The smallest list that the library takes, so that it prints what it made of it.
    base = listed("NONE:+VERS-TLS1.2:+RSA:+AES-128-GCM:+AEAD:+SIGN-RSA-SHA256:+GROUP-X25519")
    said = listed(f"NONE:+VERS-TLS1.2:+RSA:+AES-128-GCM:+AEAD:+SIGN-RSA-SHA256:+GROUP-X25519:+{bulk.prefix}")
    grown = {kind for kind in KINDS if said[kind] != base[kind]}
    assert grown == set(bulk.adds)
    for kind, added in bulk.adds.items():
        assert set(said[kind]) == set(base[kind]) | set(added), kind


@pytest.mark.parametrize("release_", RELEASES)
def test_a_word_is_read_in_any_case_and_written_in_one(release_):
    for key, (kind, word) in words.list_single_words(release_).items():
        assert key == key.upper() and kind in KINDS
        assert key.endswith(word.upper()) or key.startswith("CURVE-")


@pytest.mark.parametrize("release_", RELEASES)
def test_levels_and_bulks_use_words_of_their_release(release_):
    known = set(words.list_single_words(release_).values())
    for level in words.LEVELS.values():
        for kind in KINDS:
            assert {(kind, word) for word in getattr(level, kind)} <= known
    for bulk in words.BULKS:
        assert {(kind, word) for kind, added in bulk.adds.items() for word in added} <= known
        assert set(bulk.clears) <= set(KINDS)


def test_what_differs_between_the_releases():
    old, new = words.list_single_words((3, 7)), words.list_single_words((3, 8))
    assert set(old) - set(new) == {"SRP", "SRP-RSA", "SRP-DSS"}
    assert set(new) - set(old) == {"AES-128-SIV-GCM", "AES-256-SIV-GCM", "PBMAC1"}
    assert words.list_options((3, 8)) > words.list_options((3, 7)) and "NO_STATUS_REQUEST" not in words.list_options((3, 7))


def test_every_switch_is_taken_by_the_library(release):
    strings = [f"NORMAL:%{option}" for option in sorted(words.list_options(release))]
    refused = [text for text in strings if subprocess.run(
        ["gnutls-cli", "--list", "--priority", text], capture_output=True, check=False).returncode]
    assert refused == []
    weak = subprocess.run(["gnutls-cli", "--list", "--priority", "NORMAL:%server_precedence"], capture_output=True, check=False)
    assert weak.returncode != 0, "the case of a switch counts"


def test_the_longest_prefix_of_a_bulk_comes_first():
    """Bulks are looked up in order, and what follows the prefix is not read."""
    prefixes = [bulk.prefix for bulk in words.BULKS]
    for at, prefix in enumerate(prefixes):
        assert not any(prefix != earlier and prefix.startswith(earlier) for earlier in prefixes[:at]), prefix


def test_signatures_of_tls13_are_among_those_that_keep_it():
    every = {word for kind, word in words.list_single_words((3, 8)).values() if kind == "sign"}
    assert words.SIGN_TLS13 <= every and words.SIGN_BEFORE_TLS13 <= every
    assert not words.SIGN_TLS13 & words.SIGN_BEFORE_TLS13
