# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads an OpenSSL cipher string exactly as ``openssl ciphers -s`` would, and says what each word did.

The library's way of reading is kept in every detail that changes a result: an unknown
word is skipped without a sound up to the next separator, whatever hangs on it (so
``BOGUS@SECLEVEL=0`` sets no level); a command after ``@`` swallows the rest of its item (so
``@STRENGTH@SECLEVEL=0`` sets none either); a character outside names and separators is an error.
"""

from __future__ import annotations

import re
from dataclasses import replace
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
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import DEFAULT_SECLEVEL
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_level import list_supported
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_order import find_meant, start
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import (
    FORMER_WORDS,
    STANDARD_NAMES_SINCE,
    WORDS,
    Mask,
    Release,
    make_masks,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import VersionLike, version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites

NO_MATCH = "no cipher match"
INVALID = "invalid command"

_CONTROLS = Controls(protocols=False, tls12_suites=True, tls13_suites=False, groups=False, signature_schemes=False)
_SEPARATORS = ": ;,"
_NAME = re.compile(r"[A-Za-z0-9\-.=]*")
_NAME_WITH_UNDERSCORE = re.compile(r"[A-Za-z0-9\-.=_]*")
_WHOLE_NAME = _NAME_WITH_UNDERSCORE
_REST = re.compile(r"[^: ;,]*")
_DEFAULT_RULE = "ALL:!COMPLEMENTOFDEFAULT:!eNULL"
_GCM256 = "ECDHE-ECDSA-AES256-GCM-SHA384"
_GCM128 = "ECDHE-ECDSA-AES128-GCM-SHA256"
_SUITE_B = (
    ("SUITEB128ONLY", _GCM128),
    ("SUITEB128C2", _GCM256),
    ("SUITEB128", _GCM128 + ":" + _GCM256),
    ("SUITEB192", _GCM256),
)
"""A string that begins so means this and nothing else, whatever follows (RFC 6460)."""


def expand_openssl(text: str, version: VersionLike, seclevel: int = DEFAULT_SECLEVEL) -> Expansion:
    """Return what OpenSSL of this version makes of a cipher string.

    Suites that the string names but the security level refuses are not in the result, as with
    ``openssl ciphers -s``: what a client or server without PSK and SRP would use.

    Args:
        text: the cipher string.
        version: of the library.
        seclevel: the level that holds unless the string sets one; Postfix begins at 0.
    """
    release = version_of(version)
    reader = _Reader(text, release, seclevel)
    reader.read()
    chosen = reader.order.chosen()
    error = reader.error or (None if chosen else NO_MATCH)
    return Expansion(
        language="openssl",
        version=release,
        suites=() if error else list_supported(chosen, reader.seclevel, release),
        tokens=tuple(reader.tokens),
        controls=_CONTROLS,
        error=error,
        seclevel=reader.seclevel,
    )


class _Reader:
    """One pass over a string."""

    def __init__(self, text: str, release: Release, seclevel: int) -> None:
        self.text = text
        self.release = release
        self.order = start(release)
        self.seclevel = seclevel
        self.error: Optional[str] = None
        self.tokens: list[Token] = []
        self._names = _NAME_WITH_UNDERSCORE if release >= STANDARD_NAMES_SINCE else _NAME

    def read(self) -> None:
        for prefix, meaning in _SUITE_B:
            if self.text.startswith(prefix):
                self._apply_rules(meaning)
                self._note(0, len(prefix), EFFECTIVE, "")
                if len(self.text) > len(prefix):
                    self._note(len(prefix), len(self.text), IGNORED, f"{prefix} drops whatever follows it.")
                return
        at = 0
        if self.text.startswith("DEFAULT"):
            self._apply_rules(_DEFAULT_RULE)
            at = len("DEFAULT")
            self._note(0, at, EFFECTIVE, "")
        while at < len(self.text):
            at = at + 1 if self.text[at] in _SEPARATORS else self._command(at)

    def _apply_rules(self, rules: str) -> None:
        """Apply a rule string of the library's own, without noting its words."""
        for rule in rules.split(":"):
            sign, name = (rule[0], rule[1:]) if rule[0] == "!" else ("", rule)
            self._apply(sign, find_meant(self.release, _mask_of(name, self.release) or Mask()))

    def _command(self, begin: int) -> int:
        """Read one command and return where the next one begins."""
        sign = self.text[begin] if self.text[begin] in "-+!@" else ""
        at = begin + len(sign)
        if sign == "@":
            return self._special(begin)
        mask = Mask()
        while True:
            end = self._end_of_name(at)
            if end == at:
                return self._refuse(begin)
            found = _mask_of(self.text[at:end], self.release)
            more = self.text.startswith("+", end)
            if found is None:
                return self._skip(begin, _WHOLE_NAME.match(self.text, at), sign)
            joined = _both(mask, found)
            at = end + more
            if joined is None:
                return self._contradict(begin, at)
            mask = joined
            if not more:
                break
        changed = self._apply(sign, find_meant(self.release, mask))
        self._note(begin, at, EFFECTIVE if changed else NO_OP, "" if changed else _why_nothing(sign))
        return at

    def _special(self, begin: int) -> int:
        """Read what follows ``@``; the rest of its item is swallowed."""
        end = self._end_of_name(begin + 1)
        if end == begin + 1:
            return self._refuse(begin)
        name = self.text[begin + 1 : end]
        level = re.match(r"SECLEVEL=([0-5])$", name)
        if name == "STRENGTH":
            changed = self.order.sort_by_strength()
            self._note(begin, end, EFFECTIVE if changed else NO_OP, "" if changed else "The order was this already.")
        elif level is not None:
            self.seclevel = int(level.group(1))
            self._note(begin, end, EFFECTIVE, "")
        else:
            self.error = INVALID
            self._note(begin, end, UNKNOWN, "OpenSSL refuses the whole string because of this command.")
        return self._note_rest(end, f"A separator is missing before it, so @{name} swallows it.")

    def _end_of_name(self, at: int) -> int:
        match = self._names.match(self.text, at)
        return match.end() if match is not None else at

    def _refuse(self, begin: int) -> int:
        """Note a character that no name begins with."""
        self.error = INVALID
        end = _end_of_item(self.text, begin)
        self._note(begin, end, UNKNOWN, "OpenSSL refuses the whole string: a name is missing or has a wrong character.")
        return end

    def _contradict(self, begin: int, at: int) -> int:
        end = _end_of_item(self.text, at)
        self._note(begin, end, NO_OP, "No suite has all of these at once.")
        return end

    def _skip(self, begin: int, name: "Optional[re.Match[str]]", sign: str) -> int:
        """Note a word that this OpenSSL does not have, and what is lost with it."""
        end = name.end() if name is not None else begin
        word = name.group(0) if name is not None else ""
        self._note(begin, end, *_about_missing(word, sign, self.release))
        return self._note_rest(end, f"It follows {word}, which OpenSSL skips up to the next separator.")

    def _apply(self, sign: str, meant: frozenset[int]) -> bool:
        if sign == "!":
            return self.order.kill(meant)
        if sign == "-":
            return self.order.remove(meant)
        if sign == "+":
            return self.order.move_to_end(meant)
        return self.order.add(meant)

    def _note(self, begin: int, end: int, effect: str, detail: str) -> None:
        self.tokens.append(Token(self.text[begin:end], len(self.tokens) + 1, begin, effect, detail))

    def _note_rest(self, begin: int, detail: str) -> int:
        """Note what is left of an item as lost, and return where the item ends."""
        end = _end_of_item(self.text, begin)
        if end > begin:
            self._note(begin, end, IGNORED, detail)
        return end


def _end_of_item(text: str, at: int) -> int:
    match = _REST.match(text, at)
    return match.end() if match is not None else at


def _mask_of(name: str, release: Release) -> Optional[Mask]:
    """Return what a word asks for, ``None`` if this release does not have it."""
    suite = suites.by_openssl(name)
    if suite is None and release >= STANDARD_NAMES_SINCE and name.startswith("TLS_"):
        suite = suites.find_iana(name)
    masks = make_masks(release)
    if suite is not None and suite.code_point in masks:
        return replace(masks[suite.code_point], min_protocol="")
    return WORDS.get(name)


def _both(first: Mask, second: Mask) -> Optional[Mask]:
    """Return what two words joined by ``+`` ask for, ``None`` if nothing can have both.

    One oddity of the library is kept: a word that brings the first grade (HIGH, FIPS, the name
    of a suite) makes it forget COMPLEMENTOFDEFAULT, so ``COMPLEMENTOFDEFAULT+HIGH`` is HIGH.
    """
    joined = {}
    if second.grade and not first.grade:
        first = replace(first, default=0)
    for attribute in ("kx", "auth", "enc", "mac", "grade", "default"):
        one, other = getattr(first, attribute), getattr(second, attribute)
        joined[attribute] = one & other if one and other else one | other
        if one and other and not one & other:
            return None
    if first.min_protocol and second.min_protocol not in ("", first.min_protocol):
        return None
    return Mask(
        min_protocol=first.min_protocol or second.min_protocol,
        code_point=second.code_point or first.code_point,
        **joined,
    )


def _why_nothing(sign: str) -> str:
    if sign == "+":
        return "None of its suites is in the list, or they are at its end already."
    if sign:
        return "None of its suites is in the list."
    return "All its suites are in the list already, or were removed for good."


def _about_missing(name: str, sign: str, release: Release) -> tuple[str, str]:
    """Return effect and sentence for a word that this release does not have."""
    library = f"OpenSSL {release[0]}.{release[1]}"
    suite = suites.by_openssl(name) or suites.find_iana(name)
    if suite is not None and suite.kx == "any":
        return IGNORED, "A cipher string does not choose TLS 1.3 suites; the name is skipped."
    if suite is not None and suite.code_point in make_masks(release):
        return IGNORED, f"{library} takes OpenSSL's own names only ({suite.openssl}); the name is skipped."
    if suite is not None or name in FORMER_WORDS:
        detail = f"{library} as Debian builds it has no such suite; the word is skipped."
        return (NO_OP if sign else IGNORED), detail
    right = _WORDS_BY_LOWER.get(name.lower())
    hint = f" Did you mean {right}?" if right is not None else ""
    return UNKNOWN, f"{library} does not know the word {name} and skips it without a message.{hint}"


_WORDS_BY_LOWER = {word.lower(): word for word in WORDS}
