# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a cipher string turned out to mean: one shape for every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

UNKNOWN = "unknown"
"""No release of this library has the word."""
IGNORED = "ignored"
"""The word means something elsewhere, and is dropped here without a sound."""
NO_OP = "no_op"
"""Understood, and it changes nothing at its place."""
EFFECTIVE = "effective"


@dataclass(frozen=True)
class Token:
    """One word of a cipher string and what became of it."""

    text: str
    """As written, with its sign."""
    position: int
    """Counted from 1."""
    offset: int
    """Characters before it, counted from 0."""
    effect: str
    """UNKNOWN, IGNORED, NO_OP or EFFECTIVE."""
    detail: str = ""
    """A sentence, empty for effective words."""


@dataclass(frozen=True)
class Controls:
    """What this kind of string decides, and what it leaves to other settings."""

    protocols: bool
    tls12_suites: bool
    tls13_suites: bool
    groups: bool
    signature_schemes: bool


@dataclass(frozen=True)
class Expansion:
    """A cipher string taken apart, as the library of the given release would."""

    language: str
    """``openssl`` or ``gnutls``."""
    version: tuple[int, int]
    suites: tuple[Suite, ...]
    """In the library's order; empty if the library refuses the string."""
    tokens: tuple[Token, ...]
    controls: Controls
    error: Optional[str] = None
    """The library's own words if it refuses the string."""
    protocols: Optional[tuple[str, ...]] = None
    """Versions that the string allows, in its order and the library's words; ``None``: not its business."""
    groups: Optional[tuple[str, ...]] = None
    """In the library's own words, without prefix; ``None``: not the string's business."""
    signature_schemes: Optional[tuple[str, ...]] = None
    """In the library's own words, without prefix; ``None``: not the string's business."""
    seclevel: Optional[int] = None
    """OpenSSL's security level, ``None`` for other libraries."""
    options: tuple[str, ...] = ()
    """Switches such as %SERVER_PRECEDENCE."""

    def with_effect(self, *effects: str) -> tuple[Token, ...]:
        """Return the tokens that had one of these effects, in order."""
        return tuple(token for token in self.tokens if token.effect in effects)
