# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be read of PHP code without running it: literals, arrays, and whether a statement runs in any case.

A statement is certain if it stands outside of braces, begins a statement, and no ``return`` in a condition comes before
it.  Everything else that could set a value is told to the caller with its line, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.format.php_tokens import Token

Value = Union[bool, int, str, None]
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_OPENING = {"(": ")", "[": "]", "{": "}"}
_ALTERNATIVE = ("endif", "endforeach", "endwhile", "endfor", "endswitch")
INCLUDES = ("include", "include_once", "require", "require_once")


class Literal(NamedTuple):
    """A value that is written out."""

    value: Value
    start: int
    end: int
    """Its place in the file."""


class Item(NamedTuple):
    """One item of an array, by the numbers of its tokens."""

    key: Optional[str]
    """None if it has none, or one that only PHP knows."""
    first: int
    start: int
    """The first token of its value."""
    end: int
    """The token behind it."""
    plain: bool
    """False if it may hold any key: a spread, or a key that only PHP knows."""


class Array(NamedTuple):
    """An array in either notation, by the numbers of its tokens."""

    opener: int
    close: int
    items: tuple[Item, ...]


def literal_of(tokens: Sequence[Token], start: int, end: int) -> Optional[Literal]:
    """Return the value that the tokens from start to end write out; None if it is an expression."""
    if end - start != 1:
        return None
    token = tokens[start]
    if token.lower in _WORDS:
        return Literal(_WORDS[token.lower], token.start, token.end)
    if token.kind == "number" and token.written.isdecimal() and (token.written == "0" or token.written[0] != "0"):
        return Literal(int(token.written), token.start, token.end)
    return Literal(token.text, token.start, token.end) if token.text is not None else None


def find_close(tokens: Sequence[Token], opener: int) -> int:
    """Return the number of the token that closes a bracket; the number of tokens if none does."""
    depth = 0
    for number in range(opener, len(tokens)):
        sign = tokens[number].written if tokens[number].kind == "sign" else ""
        depth += 1 if sign in _OPENING else -1 if sign in _OPENING.values() else 0
        if not depth:
            return number
    return len(tokens)


def read_array(tokens: Sequence[Token], start: int) -> Optional[Array]:
    """Return the array that begins at a token; None if none does."""
    opener = start + 1 if tokens[start].lower == "array" else start
    if opener >= len(tokens) or tokens[opener].written != ("(" if opener > start else "["):
        return None
    close = find_close(tokens, opener)
    items, first = [], opener + 1
    number = first
    while number <= close < len(tokens):
        sign = tokens[number].written if tokens[number].kind == "sign" else ""
        if sign in _OPENING:
            number = find_close(tokens, number)
        elif (sign == "," or number == close) and number > first:
            items.append(_item(tokens, first, number))
        if sign == "," or number == close:
            first = number + 1
        number += 1
    return Array(opener, close, tuple(items)) if close < len(tokens) else None


def _item(tokens: Sequence[Token], first: int, end: int) -> Item:
    arrow = first + 1 < end and tokens[first + 1].written == "=>"
    key = tokens[first].text if arrow else None
    known = key is not None or (arrow and tokens[first].kind == "number")
    has_arrow = any(token.written == "=>" for token in tokens[first:end])
    spread = tokens[first].written == "..."
    return Item(key, first, first + 2 if arrow else first, end, known or not (has_arrow or spread))


class Place(NamedTuple):
    """A token with what is known about whether it runs."""

    number: int
    depth: int
    """Braces around it."""
    in_function: bool
    begins: bool
    """It begins a statement."""
    certain: bool
    """It begins a statement that runs in any case."""


def list_places(tokens: Sequence[Token]) -> Iterator[Place]:
    """Yield the tokens in order; those behind a ``return`` or ``exit`` that always runs are left out."""
    last_alternative = max((number for number, token in enumerate(tokens) if token.lower in _ALTERNATIVE), default=-1)
    braces: list[bool] = []
    function = skipped = False
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else None
        begins = before is None or before.kind == "open" or before.written in (";", "{", "}")
        place = Place(number, len(braces), any(braces), begins,
                      begins and not braces and not skipped and number > last_alternative)
        yield place
        if token.lower == "function":
            function = True
        elif token.written == "{":
            braces.append(function)
            function = False
        elif token.written == "}" and braces:
            braces.pop()
        elif token.written == ";":
            function = False
        ending = token.lower in ("return", "exit", "die", "goto", "__halt_compiler")
        if ending and place.certain:
            return
        skipped = skipped or (token.lower in ("return", "goto") and not place.in_function)
