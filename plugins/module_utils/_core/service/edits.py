# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan adds to files that are not ours, and which of their lines become comments: changes ``marked_lines``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


class Edits:
    """The edits of one plan."""

    def __init__(self) -> None:
        self._added: dict[tuple[str, int, int], list[str]] = {}
        self._lines: dict[tuple[str, int, int], list[str]] = {}
        self._disabled: set[tuple[str, int]] = set()
        self._replaced: dict[tuple[str, int, str], str] = {}

    def add(self, row: Mapping[str, Any], words: Sequence[str]) -> None:
        """Add words to a block: ``file``, and ``opened``, which is line and column behind its opening sign."""
        place = self._added.setdefault((row["file"], *row["opened"]), [])
        place += [word for word in words if word not in place]

    def add_lines(self, row: Mapping[str, Any], lines: Sequence[str]) -> None:
        """Add lines of their own: ``file``, and ``end``, which is number and length of the line that they follow."""
        self._lines.setdefault((row["file"], *row["end"]), []).extend(lines)

    def replace(self, row: Mapping[str, Any], line: str) -> None:
        """Turn a line into a comment, and add another one behind it."""
        self._disabled |= {(row["file"], number) for number in row["lines"]}
        self.add_lines(row, [line])

    def replace_part(self, row: Mapping[str, Any], part: str, instead: str) -> list[str]:
        """Replace a part of a line; the rest of it stays on its host.  Returns sentences as ``disable`` does."""
        if row["alone"] and len(row["lines"]) == 1:
            self._replaced[(row["file"], row["lines"][0], part)] = instead
            return []
        return [f"{row['file']}:{row['shown']}: `{row['name']}` stands on several lines or shares its line with other "
                "words, so that it cannot be replaced. Put it on a line of its own."]

    def disable(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Turn settings into comments: ``name``, ``file``, ``shown`` (line in the file), ``lines`` and ``alone``.

        Returns sentences about those that share their lines with other words.
        """
        shared = []
        for row in rows:
            if row["alone"]:
                self._disabled |= {(row["file"], line) for line in row["lines"]}
            else:
                shared.append(f"{row['file']}:{row['shown']}: `{row['name']}` shares its line with other words, so "
                              "that it cannot be turned into a comment. Put it on a line of its own.")
        return shared

    def changes(self, files: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield a change for each file with edits, wanted or of an earlier run: path to ``digest`` and ``edited``."""
        for path, facts in files.items():
            added = [[line, column, " ".join(words)] for (file, line, column), words in self._added.items()
                     if file == path and words]
            added += [[line, column, words] for (file, line, column), lines in self._lines.items() for words in lines
                      if file == path]
            disabled = sorted(line for file, line in self._disabled if file == path)
            replaced = [[line, part, instead] for (file, line, part), instead in self._replaced.items() if file == path]
            if added or disabled or replaced or facts["edited"]:
                yield {"kind": "edited_file", "format": "marked_lines", "path": path, "values": {
                    "digest": facts["digest"], "added": added, "disabled": disabled,
                    **({"replaced": replaced} if replaced else {})}}
