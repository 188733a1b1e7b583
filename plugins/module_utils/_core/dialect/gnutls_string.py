# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a GnuTLS priority string as ``gnutls-cli --list --priority`` would, and says what each word did.

One word that the library does not know voids the whole string.  What it knows it takes
silently, even where it means nothing any more, and some words quietly take TLS 1.3 away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import (
    EFFECTIVE,
    IGNORED,
    NO_OP,
    UNKNOWN,
    Controls,
    Expansion,
    Token,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_table import Parts, list_built_in
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_words import (
    ACCEPTED_PREFIXES,
    ACCEPTED_WORDS,
    BULKS,
    GROUPS,
    LEVELS,
    NAMED_ONLY_GROUPS,
    OBSOLETE_OPTIONS,
    OBSOLETE_PREFIXES,
    PROTOCOLS,
    SIGN_BEFORE_TLS13,
    SIGN_BOTH,
    SIGN_TLS13,
    SIGNATURES,
    Release,
    list_options,
    list_single_words,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import VersionLike, version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

NOT_ENOUGH = "Error in priorities: No or insufficient priorities were set."
SYNTAX = "Syntax error at: "

_CONTROLS = Controls(protocols=True, tls12_suites=True, tls13_suites=True, groups=True, signature_schemes=True)
_KINDS = ("kx", "cipher", "mac", "sign", "group")
_SPACES = " \t\n\v\f\r"
_NO_TLS13 = ("SRP", "SRP-RSA", "SRP-DSS", "RSA-PSK")
"""Key exchanges whose presence takes TLS 1.3 away."""
_PSK = ("PSK", "DHE-PSK", "ECDHE-PSK")
"""Key exchanges with which TLS 1.3 needs no group."""
_NO_DATAGRAM = ("ARCFOUR-128", "GOST28147-TC26Z-CNT")
"""Ciphers that DTLS cannot use."""
_AGE = {"TLS1.0": 1, "TLS1.1": 2, "TLS1.2": 3, "TLS1.3": 4}
_DATAGRAM_AGE = {"DTLS0.9": 1, "DTLS1.0": 2, "DTLS1.2": 3}
_NEEDED = {"TLSv1": 1, "TLSv1.2": 3, "TLSv1.3": 4}

Lists = dict[str, list[str]]


def expand_gnutls(text: str, version: VersionLike) -> Expansion:
    """Return what GnuTLS of this version makes of a priority string."""
    release = version_of(version)
    reader = _Reader(text, release)
    reader.read()
    error = reader.error
    suites: tuple[Suite, ...] = ()
    if error is None:
        _settle(reader.lists, reader.switches)
        parts = _combined(reader.lists, release)
        if parts and reader.lists["protocol"]:
            suites = _listed(parts, reader.lists["protocol"])
        else:
            error = NOT_ENOUGH
    lists = reader.lists if error is None else {kind: [] for kind in reader.lists}
    return Expansion(
        language="gnutls",
        version=release,
        suites=suites,
        tokens=tuple(reader.tokens),
        controls=_CONTROLS,
        error=error,
        protocols=tuple(lists["protocol"]),
        groups=tuple(lists["group"]),
        signature_schemes=tuple(lists["sign"]),
        options=tuple("%" + switch for switch in reader.switches),
    )


class _Reader:
    """One pass over a string."""

    def __init__(self, text: str, release: Release) -> None:
        self.text = text
        self.release = release
        self.lists: Lists = {kind: [] for kind in ("protocol", *_KINDS)}
        self.switches: list[str] = []
        self.tokens: list[Token] = []
        self.error: Optional[str] = None
        self._removed = 0
        self._has_level = False

    def read(self) -> None:
        offset = 0
        for position, raw in enumerate(self.text.split(":")):
            word = raw.lstrip(_SPACES)
            begin = offset + len(raw) - len(word)
            self._removed += len(raw) - len(word)
            offset += len(raw) + 1
            if position == 0 and word.upper() == "NONE":
                self._has_level = True
                self._note(word, begin, EFFECTIVE)
                continue
            if position == 0:
                self.lists["protocol"] = list(PROTOCOLS)
                self.lists["group"] = list(GROUPS)
                self.lists["sign"] = list(SIGNATURES)
            self._word(word, begin)

    def _word(self, word: str, begin: int) -> None:
        before = {kind: list(words) for kind, words in self.lists.items()}
        switches = len(self.switches)
        if not self._understood(word):
            if self.error is None:
                self.error = SYNTAX + self.text[begin - self._removed :]
            self._note(word, begin, UNKNOWN, _about_unknown(word, self.release))
        elif before != self.lists or len(self.switches) != switches:
            self._note(word, begin, EFFECTIVE)
        elif _obsolete(word):
            self._note(word, begin, IGNORED, "An obsolete word: GnuTLS takes it and does nothing.")
        else:
            self._note(word, begin, NO_OP, _why_nothing(word))

    def _understood(self, word: str) -> bool:
        """Apply a word; return False if the library does not know it."""
        sign, name = word[:1], word[1:].upper()
        if self._first_level(word.upper()) or self._more_level(name if sign == "+" else word.upper()):
            return True
        if sign == "%":
            return self._switch(word[1:])
        if sign not in ("+", "-", "!") or not sign:
            return False
        return self._single(sign, name) or self._bulk(sign, name) or _accepted(name)

    def _first_level(self, name: str) -> bool:
        """The first level without a sign replaces what was there; NONE counts as one."""
        level = LEVELS.get(name)
        if level is None or self._has_level:
            return False
        self._has_level = True
        self.lists["protocol"] = list(level.protocol or self.lists["protocol"])
        for kind in _KINDS:
            self.lists[kind] = list(getattr(level, kind))
        return True

    def _more_level(self, name: str) -> bool:
        level = LEVELS.get(name)
        if level is None:
            return False
        for kind in ("protocol", *_KINDS):
            _add(self.lists[kind], getattr(level, kind))
        return True

    def _switch(self, name: str) -> bool:
        if name not in list_options(self.release):
            return False
        if name not in self.switches and name not in OBSOLETE_OPTIONS:
            self.switches.append(name)
        return True

    def _single(self, sign: str, name: str) -> bool:
        found = _single_words(self.release).get(name)
        if found is None:
            return False
        kind, word = found
        if sign == "+":
            _add(self.lists[kind], (word,))
        else:
            _take(self.lists[kind], (word,))
        return True

    def _bulk(self, sign: str, name: str) -> bool:
        bulk = next((bulk for bulk in BULKS if name.startswith(bulk.prefix)), None)
        if bulk is None:
            return False
        for kind, words in bulk.adds.items():
            if sign == "+":
                _add(self.lists[kind], words)
            elif kind in bulk.clears:
                self.lists[kind].clear()
            else:
                _take(self.lists[kind], words + bulk.also_takes)
        return True

    def _note(self, word: str, begin: int, effect: str, detail: str = "") -> None:
        self.tokens.append(Token(word, len(self.tokens) + 1, begin, effect, detail))


@cache
def _single_words(release: Release) -> Mapping[str, tuple[str, str]]:
    return list_single_words(release)


def _add(listed: list[str], words: Sequence[str]) -> None:
    listed.extend(word for word in words if word not in listed)


def _take(listed: list[str], words: Sequence[str]) -> None:
    listed[:] = [word for word in listed if word not in words]


def _accepted(name: str) -> bool:
    return name in ACCEPTED_WORDS or name.startswith(ACCEPTED_PREFIXES)


def _obsolete(word: str) -> bool:
    return word[1:].upper().startswith(OBSOLETE_PREFIXES) or word[1:] in OBSOLETE_OPTIONS


def _why_nothing(word: str) -> str:
    if word[:1] in ("-", "!"):
        return "None of its members is in the list at this point."
    return "All of it is in the list already."


def _about_unknown(word: str, release: Release) -> str:
    library = f"GnuTLS {release[0]}.{release[1]}"
    return f"{library} does not know {word or 'an empty word'}, and refuses the whole string because of it."


def _settle(lists: Lists, switches: Sequence[str]) -> None:
    """Take away what the rest of the lists leaves no ground for: versions, and in the end key exchanges."""
    protocols = lists["protocol"]
    signed = _can_sign(protocols, lists["sign"])
    if any(kx in lists["kx"] for kx in _NO_TLS13) or "NULL" in lists["cipher"] or "NO_EXTENSIONS" in switches:
        _take(protocols, ("TLS1.3",))
    if not signed:
        _take(protocols, ("TLS1.3", "TLS1.2", "DTLS1.2"))
    older = any(name in protocols for name in ("TLS1.0", "TLS1.1"))
    if (older and "TLS1.2" not in protocols) or not _can_agree_on_keys(lists):
        _take(protocols, ("TLS1.3",))
    if protocols == ["TLS1.3"] and not any(kx in lists["kx"] for kx in _PSK):
        lists["kx"] = []


def _can_agree_on_keys(lists: Lists) -> bool:
    """Return whether TLS 1.3 has a group that this build can compute with, or PSK needs none."""
    usable = [name for name in lists["group"] if name not in NAMED_ONLY_GROUPS]
    return bool(usable) or any(kx in lists["kx"] for kx in _PSK)


def _can_sign(protocols: Sequence[str], signatures: Sequence[str]) -> bool:
    """Return whether a signature is left that one of the versions can use."""
    usable = set(SIGN_BOTH)
    if "TLS1.3" in protocols:
        usable |= SIGN_TLS13
    if any(name != "TLS1.3" for name in protocols):
        usable |= SIGN_BEFORE_TLS13
    return not usable.isdisjoint(signatures)


def _combined(lists: Lists, release: Release) -> list[Parts]:
    """Return what the words combine to in the library's order: TLS 1.3, then by key exchange, cipher, MAC."""
    by_parts = _by_parts(release)
    exchanges: list[Optional[str]] = [None, *lists["kx"]]
    found = (by_parts.get((kx, cipher, mac)) for kx in exchanges for cipher in lists["cipher"] for mac in lists["mac"])
    return [part for part in found if part is not None]


def _listed(parts: Sequence[Parts], protocols: Sequence[str]) -> tuple[Suite, ...]:
    """Return the suites that one of the versions is new enough for."""
    newest = max((_AGE.get(name, 0) for name in protocols), default=0)
    datagram = max((_DATAGRAM_AGE.get(name, 0) for name in protocols), default=0)
    return tuple(
        part.suite
        for part in parts
        if newest >= _NEEDED[part.min_protocol]
        or (not part.tls13 and part.cipher not in _NO_DATAGRAM and datagram >= _NEEDED[part.min_protocol])
    )


@cache
def _by_parts(release: Release) -> Mapping[tuple[Optional[str], str, str], Parts]:
    return {(part.kx, part.cipher, part.mac): part for part in list_built_in(release)}
