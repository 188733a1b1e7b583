# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One value of slapd's olcSyncrepl: words ``key=value``, set apart by spaces, and an edit that keeps all other words.

A quote begins or ends a part in which spaces do not count, wherever it stands in a word; a backslash takes the next
character as it is; keys count without regard to case, and the last word of a key wins.
(OpenLDAP 2.5 and 2.6: slapd-config(5), olcSyncrepl; strtok_quote in servers/slapd/config.c.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_WORD = re.compile(r'(?:\\.|"(?:\\.|[^"\\])*"|[^\s"\\])+', re.DOTALL)
_INDEX = re.compile(r"\A\{-?\d+\}")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]+\Z")


def read(value: str) -> dict[str, str]:
    """Return the words of a value by their keys in small letters, without quotes; they may hold a password."""
    found = {}
    for match in _WORD.finditer(_INDEX.sub("", value)):
        key, equals, text = _unquote(match.group()).partition("=")
        if equals:
            found[key.lower()] = text
    return found


def is_plaintext(words: Mapping[str, str]) -> bool:
    """Return whether a replica can ask its provider without TLS."""
    return words.get("provider", "").lower().startswith("ldap://") and words.get("starttls", "").lower() != "critical"


def edit(value: str, wanted: Mapping[str, str]) -> str:
    """Return the value with these words; each stands where it stood, a new one at the end.

    Raises:
        TransactionError: a word cannot be written without quotes.
    """
    unfit = sorted(text for text in wanted.values() if not _PLAIN.match(text))
    if unfit:
        raise TransactionError(
            f"{unfit[0]!r} cannot be written into olcSyncrepl: use letters, digits and . _ / : only.")
    left = dict(wanted)
    head = _INDEX.match(value)
    start = head.end() if head else 0

    def replaced(match: "re.Match[str]") -> str:
        key, equals, text = _unquote(match.group()).partition("=")
        name = key.lower()
        if not equals or name not in wanted:
            return match.group()
        left.pop(name, None)
        return match.group() if text == wanted[name] else f"{key}={wanted[name]}"

    edited = _WORD.sub(replaced, value[start:])
    return value[:start] + " ".join([edited, *(f"{name}={text}" for name, text in left.items())])


def _unquote(word: str) -> str:
    return re.sub(r"\\(.)|\"", lambda match: match.group(1) or "", word, flags=re.DOTALL)
