# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Split a PHP file into words and signs, so that comments, strings and code are told apart.  Nothing is evaluated.

(PHP manual: "Basic syntax", "Strings"; heredoc and nowdoc with indented ends are those of PHP 7.3.)
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_OPEN = re.compile(r"<\?(?:php(?=\s|\Z)|=)", re.IGNORECASE)
_TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>/\*.*?\*/|(?://|\#(?!\[))(?:(?!\?>)[^\n])*)
  | (?P<close>\?>)
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\$]|\$(?![A-Za-z_{]))*")
  | (?P<made>"(?:[^"\\{]|\\.|\{(?!\$)|\{\$[^{}"']*(?:(?:"[^"]*"|'[^']*')[^{}"']*)*\})*"|`(?:[^`\\]|\\.)*`
      |<<<[ \t]*(?P<quote>['"]?)(?P<name>[A-Za-z_]\w*)(?P=quote)\r?\n(?:[^\n]*\n)*?[ \t]*(?P=name)(?!\w))
  | (?P<variable>\$[A-Za-z_]\w*)
  | (?P<number>\d[\w.]*)
  | (?P<word>\\?[A-Za-z_]\w*(?:\\[A-Za-z_]\w*)*)
  | (?P<sign>=>|[=!]==?|<=>|\?\?=?|[-+*/%.&|^<>]=|->|::|\.\.\.|.)
""", re.VERBOSE | re.DOTALL)
_ESCAPED = re.compile(r"\\(['\\])")


class Token(NamedTuple):
    """A word or sign of the code; blanks, comments and HTML are none."""

    kind: str
    """``open`` and ``close`` (the tags), ``text`` (a string as it is written), ``made`` (a string that PHP makes of
    other values, or with escapes), ``variable``, ``number``, ``word`` or ``sign``."""
    written: str
    start: int
    """Where it begins in the file."""
    end: int
    line: int

    @property
    def text(self) -> Optional[str]:
        """The value of a string; None if the token is none, or only PHP could tell."""
        if self.kind != "text":
            return None
        inner = self.written[1:-1]
        return _ESCAPED.sub(r"\1", inner) if self.written[0] == "'" else inner

    @property
    def lower(self) -> str:
        """The word in lower case; PHP's own words and names of functions are written in any case."""
        return self.written.lower().lstrip("\\") if self.kind == "word" else ""


def split_tokens(source: str) -> list[Token]:
    """Return the words and signs of a file in their order.

    Raises:
        TransactionError: a string or comment has no end; the sentence has the line, and nothing of its content.
    """
    found: list[Token] = []
    position = 0
    line = 1
    inside = False
    while position < len(source):
        match = (_TOKEN.match if inside else _OPEN.search)(source, position)
        if match is None:
            break
        line += source.count("\n", position, match.start())
        kind = str(match.lastgroup) if inside else "open"
        written = match.group()
        if written in ("'", '"', "`") or (kind == "sign" and source.startswith(("/*", "<<<"), match.start())):
            raise TransactionError(f"A string or comment that begins in line {line} has no end. Repair that first.")
        if kind not in ("space", "comment"):
            found.append(Token(kind, written, match.start(), match.end(), line))
        inside = kind != "close"
        line += written.count("\n")
        position = match.end()
    return found
