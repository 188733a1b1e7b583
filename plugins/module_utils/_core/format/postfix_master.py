# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read and edit a master.cf: which programs Postfix runs, on which ports, with which settings of their own.

An entry has eight fields and arguments; ``-o name=value`` among these overrides main.cf
for that program alone (master(5)).  Entries are somebody else's: only the options
that are asked for are touched, each where it stands, and comments stay.  Postfix takes
the last of two entries for one port, whatever they are called: an old ``smtps`` beside
``submissions`` would decide, so only one stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_main import (
    SPACE,
    is_comment,
    join_lines,
    normalise_spaces,
)

MARK = "# taken out by intransit.tls: "
FIELDS = ("service", "type", "private", "unprivileged", "chroot", "wakeup", "limit", "command")
PORTS: Mapping[str, int] = {
    "smtp": 25, "mail": 25, "submission": 587, "submissions": 465, "smtps": 465, "ssmtp": 465, "urd": 465,
}
"""Names that /etc/services of Debian 12 and 13 has for the ports of mail."""


@dataclass(frozen=True)
class Token:
    """One word of an entry, and where it stands in the entry's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Option:
    """One ``-o name=value``."""

    name: str
    value: str
    """With single spaces."""
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """One entry of a master.cf."""

    fields: Mapping[str, str]
    """By the names of FIELDS."""
    options: tuple[Option, ...]
    line: int
    """Of its first line, from 1."""
    first: int
    last: int
    """Lines from 0; comments in between belong to it."""
    words: tuple[Token, ...] = field(default=())

    @property
    def key(self) -> str:
        """``service/type``, as postconf writes it."""
        return f"{self.fields['service']}/{self.fields['type']}"

    @property
    def host(self) -> str:
        """The address in front of the port, empty where it listens on all of them."""
        return self.fields["service"].rpartition(":")[0].strip("[]")

    @property
    def port_name(self) -> str:
        """The service without the address in front."""
        return self.fields["service"].rpartition(":")[2]

    @property
    def port(self) -> Optional[int]:
        """The port's number, None where the entry is no TCP port or has a name that is not mail's."""
        if self.fields["type"] != "inet":
            return None
        return int(self.port_name) if self.port_name.isdigit() else PORTS.get(self.port_name)

    def effective(self) -> dict[str, str]:
        """Return the options by name; the last one wins."""
        return {option.name: option.value for option in self.options}


def parse_entries(text: str) -> list[Entry]:
    """Return all entries in their order; what has fewer than eight fields is left out."""
    lines = text.split("\n")
    found = []
    for logical in join_lines(lines):
        first, last = logical.numbers[0], logical.numbers[-1]
        words = _tokens(_visible(lines[first : last + 1]))
        if len(words) >= len(FIELDS):
            fields = {name: token.text for name, token in zip(FIELDS, words)}
            found.append(Entry(fields, tuple(_options(words)), first + 1, first, last, tuple(words)))
    return found


def edit(text: str, wishes: Sequence[Mapping[str, Any]]) -> str:
    """Return ``text`` with every service of ``wishes`` as it shall be.

    A wish has ``service``, ``type`` (default inet), ``state`` (present, absent), ``options``
    (a None takes an option out), the fields of FIELDS for an entry that has to be made,
    and ``enforce``, names of fields that an entry which is there gets as well.  Other
    names of the same port mean the same service.  An entry that was taken out here comes
    back with everything it said for itself.

    Raises:
        TransactionError: a name or value that no master.cf can carry, or a field missing.
    """
    for wish in wishes:
        _check(wish)
        text = _absent(text, wish) if wish.get("state") == "absent" else _present(text, wish)
    return text


def _present(text: str, wish: Mapping[str, Any]) -> str:
    text = text if _matching(text, wish) else _revived(text, wish)
    mine = _matching(text, wish)
    if not mine:
        return text + ("" if not text or text.endswith("\n") else "\n") + _new_entry(wish)
    chosen = _chosen(mine, wish)
    lines = text.split("\n")
    for entry in reversed(mine):
        if chosen[entry.host] is not entry:
            _take_out(lines, entry)
        else:
            lines[entry.first : entry.last + 1] = _edited(lines[entry.first : entry.last + 1], entry, wish)
    return "\n".join(lines)


def _chosen(mine: Sequence[Entry], wish: Mapping[str, Any]) -> dict[str, Entry]:
    """Return the one entry of each address that stays: the last one, and rather one with the service's own name."""
    chosen: dict[str, Entry] = {}
    for entry in mine:
        best = chosen.get(entry.host)
        if best is None or best.port_name != wish["service"] or entry.port_name == wish["service"]:
            chosen[entry.host] = entry
    return chosen


def _revived(text: str, wish: Mapping[str, Any]) -> str:
    lines = text.split("\n")
    taken_out = [line[len(MARK):] if line.startswith(MARK) else "#" for line in lines]
    for entry in _chosen(_matching("\n".join(taken_out), wish), wish).values():
        for number in range(entry.first, entry.last + 1):
            lines[number] = lines[number].replace(MARK, "", 1) if lines[number].startswith(MARK) else lines[number]
    return "\n".join(lines)


def _absent(text: str, wish: Mapping[str, Any]) -> str:
    lines = text.split("\n")
    for entry in reversed(_matching(text, wish)):
        _take_out(lines, entry)
    return "\n".join(lines)


def _matching(text: str, wish: Mapping[str, Any]) -> list[Entry]:
    kind, name = str(wish.get("type") or "inet"), str(wish["service"])
    port = (int(name) if name.isdigit() else PORTS.get(name)) if kind == "inet" else None
    return [
        entry for entry in parse_entries(text)
        if entry.fields["type"] == kind
        and (entry.fields["service"] == name or (port is not None and entry.port == port))
    ]


def _take_out(lines: list[str], entry: Entry) -> None:
    for number in range(entry.first, entry.last + 1):
        if not is_comment(lines[number]):
            lines[number] = MARK + lines[number]


def _edited(block: list[str], entry: Entry, wish: Mapping[str, Any]) -> list[str]:
    """Return the lines of an entry with fields and options as they shall be; untouched where they are."""
    wanted: Mapping[str, Optional[str]] = wish.get("options") or {}
    cuts: list[tuple[int, int, str]] = []
    for index, name in enumerate(FIELDS):
        if name in (wish.get("enforce") or ()) and entry.fields[name] != str(wish[name]):
            token = entry.words[index]
            cuts.append((token.start, token.end, str(wish[name])))
    present = entry.effective()
    added = []
    for name, value in wanted.items():
        if (None if value is None else normalise_spaces(value)) == present.get(name):
            continue
        same = [option for option in entry.options if option.name == name]
        keep = same[-1:] if value is not None else []
        cuts += [(option.start, option.end, "") for option in same if option not in keep]
        if value is not None and keep:
            cuts.append((keep[0].start, keep[0].end, write_option(name, value)))
        elif value is not None:
            added.append("    " + write_option(name, value))
    return _apply(block, cuts) + added


def _apply(block: list[str], cuts: list[tuple[int, int, str]]) -> list[str]:
    text = "\n".join(block)
    for start, end, replacement in sorted(cuts, reverse=True):
        # A mark that no text has, so that a line emptied here is told from one that was empty before.
        text = text[:start] + (replacement or "\0") + text[end:]
    kept = []
    for line in text.split("\n"):
        cut = re.sub(r"[ \t]*\0", "", line)
        if cut.strip(SPACE) or cut == line:
            kept.append(cut)
    return kept


def _new_entry(wish: Mapping[str, Any]) -> str:
    fields = {"type": "inet", **{name: value for name, value in wish.items() if value is not None}}
    head = " ".join(f"{fields.get(name, '-')!s:<9}" for name in FIELDS[:-1]) + " " + str(wish["command"])
    options = (wish.get("options") or {}).items()
    rows = ["    " + write_option(name, value) for name, value in options if value is not None]
    return "\n".join([head, *rows]) + "\n"


def write_option(name: str, value: str) -> str:
    """Write one option as master.cf takes it; braces where the value has spaces."""
    value = normalise_spaces(value)
    return f"-o {{{name} = {value}}}" if re.search(r"[\s{}]", value, re.ASCII) else f"-o {name}={value}"


def _check(wish: Mapping[str, Any]) -> None:
    texts = [str(wish.get(name)) for name in FIELDS if wish.get(name) is not None]
    if not wish.get("service") or any(re.search(r"[\s{}]", text) for text in texts):
        raise TransactionError(f"A service of a master.cf has a name, and its fields are single words: {dict(wish)!r}.")
    if wish.get("state") != "absent" and not wish.get("command"):
        raise TransactionError(f"The service {wish['service']} has no command to run.")
    for name, value in (wish.get("options") or {}).items():
        if not re.match(r"[A-Za-z0-9_]+\Z", str(name)) or (value is not None and not _balanced(str(value))):
            raise TransactionError(f"The option {name}={value!r} cannot be written into a master.cf.")


def _balanced(value: str) -> bool:
    depth = 0
    for char in value:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0 or char in "\n\r\0":
            return False
    return depth == 0


# -- words ---------------------------------------------------------------------------------


def _visible(block: list[str]) -> str:
    """The entry's text with its comments blanked, so that every place in it stays where it is."""
    return "\n".join(" " * len(line) if is_comment(line) else line for line in block)


def _tokens(text: str) -> list[Token]:
    """Split at white space outside of braces, as Postfix does."""
    found: list[Token] = []
    start, depth = None, 0
    for place, char in enumerate(text + "\n"):
        if char in SPACE and (depth == 0 or place == len(text)):
            if start is not None:
                found.append(Token(text[start:place], start, place))
            start = None
            continue
        start = place if start is None else start
        depth = max(0, depth + {"{": 1, "}": -1}.get(char, 0))
    return found


def _options(words: Sequence[Token]) -> list[Option]:
    found: list[Option] = []
    rest = list(words[len(FIELDS):])
    while rest:
        token = rest.pop(0)
        if token.text == "-o" and rest:
            value = rest.pop(0)
            found.append(_option(value.text, token.start, value.end))
        elif token.text.startswith("-o") and len(token.text) > 2:
            found.append(_option(token.text[2:], token.start, token.end))
    return found


def _option(text: str, start: int, end: int) -> Option:
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    name, _sign, value = text.partition("=")
    return Option(name.strip(SPACE), normalise_spaces(value), start, end)
