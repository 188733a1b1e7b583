# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plain virtual host's twin over TLS: the same site, word for word, behind a certificate.

A site is more than its folder: proxies, aliases, rights, applications.  So the body of
the plain virtual host is taken as it stands.  Left out is only what cannot be said
twice or would send a visitor in circles: its name (said anew), its own TLS settings,
redirects to itself over https; and comments.
"""

from __future__ import annotations

import re
from typing import List, Sequence, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import split_words

_OPEN = re.compile(r"\s*<VirtualHost\b", re.IGNORECASE)
_CLOSE = re.compile(r"\s*</VirtualHost>", re.IGNORECASE)
_SELF = r"https://(?:%%\{(?:HTTP_HOST|SERVER_NAME|REQUEST_HOST)\}|%s)(?:[:/%%$]|\Z)"


def twin(text: str, line: int, port: int, server_name: str, head: str) -> str:
    """Return the virtual host on ``port`` that serves what the one at ``line`` of ``text`` serves.

    Args:
        text: the file that the plain virtual host stands in.
        line: number of its ``<VirtualHost>`` line, from 1.
        port: port of the twin.
        server_name: name of the twin.
        head: its TLS settings, one directive a line.

    Raises:
        TransactionError: there is no such virtual host there any more.
    """
    lines = ["<VirtualHost *:%d>" % port, "  ServerName %s" % server_name]
    lines += ["  " + setting for setting in head.strip().splitlines()]
    lines += _kept(body(text, line), server_name)
    return "\n".join([*lines, "</VirtualHost>"]) + "\n"


def body(text: str, line: int) -> List[str]:
    """Return the lines between ``<VirtualHost>`` at ``line`` and its end, as they are written."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines) or not _OPEN.match(lines[line - 1]):
        raise TransactionError(
            "Line %d is no longer the start of a virtual host: somebody edits the file; run again." % line
        )
    for end in range(line, len(lines)):
        if _CLOSE.match(lines[end]):
            return lines[line:end]
    raise TransactionError("The virtual host at line %d has no end." % line)


def _kept(lines: Sequence[str], server_name: str) -> List[str]:
    kept: List[List[str]] = []
    for directive in _directives(lines):
        name, words = _read(directive)
        if name.startswith("ssl") or name == "servername" or directive[0].lstrip().startswith("#"):
            continue
        if name in ("redirect", "redirectpermanent", "redirecttemp", "redirectmatch", "rewriterule") and _to_itself(
            words, server_name
        ):
            # Conditions belong to the rule behind them and would hang on the next one.
            while kept and _read(kept[-1])[0] == "rewritecond":
                kept.pop()
            continue
        kept.append(directive)
    return [line for directive in kept for line in directive if line.strip()]


def _directives(lines: Sequence[str]) -> List[List[str]]:
    """Group lines that a backslash joins."""
    found: List[List[str]] = []
    going_on = False
    for line in lines:
        if going_on:
            found[-1].append(line)
        else:
            found.append([line])
        going_on = line.endswith("\\")
    return found


def _read(directive: Sequence[str]) -> Tuple[str, List[str]]:
    joined = " ".join(line.rstrip("\\") for line in directive).strip()
    words = split_words(joined) if joined and not joined.startswith(("#", "<")) else [""]
    return words[0].lower(), words[1:]


def _to_itself(words: Sequence[str], server_name: str) -> bool:
    pattern = re.compile(_SELF % re.escape(server_name), re.IGNORECASE)
    return any(pattern.match(word) for word in words)
