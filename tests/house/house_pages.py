# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages: links lead to files and headings that exist, examples parse, quoted messages stand in the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_EXAMPLE = re.compile(
    r"(?:^<!-- example: (?P<name>\S+) -->\n)?^```ya?ml\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_MESSAGE = re.compile(r"^### `(.+)`$", re.MULTILINE)
# A message is known by its longest words; shorter pieces between two gaps say nothing.
ELLIPSIS = "…"
SHORTEST = 8
# The words of a message stand close together, also in a file of YAML with many messages.
SPAN = 600


def links(page: str) -> list[str]:
    """Return the targets of a page's links, without those in code."""
    return _LINK.findall(_SPAN.sub("", _FENCE.sub("", page)))


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and MyST write them."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number, unique = 1, slug
        while unique in found:
            unique, number = f"{slug}-{number}", number + 1
        found.add(unique)
    return found


def broken_links(name: str, pages: dict[str, str], known: Iterable[str], awaited: Iterable[str] = ()) -> list[str]:
    """Return a sentence for each link of a page that leads to no file, or to no heading of a page.

    ``awaited`` names pages that may be missing: the site lists them only when they are there.
    """
    files, wrong = set(known), []
    for link in links(pages[name]):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = _join(name, path) if path else name
        if target in awaited and target not in files:
            continue
        if target not in files and not any(file.startswith(target.rstrip("/") + "/") for file in files):
            wrong.append(f"{name}: the link {link} leads to no file")
        elif anchor and target in pages and anchor not in anchors(pages[target]):
            wrong.append(f"{name}: {target} has no heading for #{anchor}")
    return wrong


def examples(page: str) -> list[tuple[str, str]]:
    """Return the blocks of YAML of a page: name (empty if it has none), text."""
    return [(match["name"] or "", match["text"]) for match in _EXAMPLE.finditer(page)]


def quoted_messages(page: str) -> list[str]:
    """Return the messages that are headings of a page."""
    return _MESSAGE.findall(page)


def unknown_messages(messages: Iterable[str], sources: Iterable[str]) -> list[str]:
    """Return the messages of which no single text in the sources has all words in this order."""
    texts = list(sources)
    return [message for message in messages if not any(_matches(message, text) for text in texts)]


def python_texts(source: str) -> Iterator[str]:
    """Yield the texts of a Python file, with an ellipsis for each value that is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else ELLIPSIS for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\w*\}", ELLIPSIS, node.value)


def yaml_text(source: str) -> str:
    """Return a YAML file as one line, with an ellipsis for each expression."""
    return " ".join(_JINJA.sub(ELLIPSIS, source).split())


def _matches(message: str, text: str) -> bool:
    pieces = [piece.strip() for piece in message.split(ELLIPSIS) if piece.strip()]
    if max(map(len, pieces), default=0) < SHORTEST:
        return False
    start = text.find(pieces[0])
    while start >= 0:
        position, end = start, start + len(message) + SPAN
        for piece in pieces:
            position = text.find(piece, position, end)
            if position < 0:
                break
            position += len(piece)
        else:
            return True
        start = text.find(pieces[0], start + 1)
    return False


def _join(page: str, path: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(page).parent.parts, *PurePosixPath(path).parts):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
