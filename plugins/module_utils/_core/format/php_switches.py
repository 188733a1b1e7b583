# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set switches in the settings file of a PHP application, and leave all else alone.

Such files hold database passwords, so neither a sentence nor a diff has anything of them but a line number and the
switches themselves.  A value that only PHP could tell (a condition, an expression, another file) is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import php_code
from ansible_collections.intransit.tls.plugins.module_utils._core.format.php_code import Array, Literal, Value
from ansible_collections.intransit.tls.plugins.module_utils._core.format.php_tokens import Token, split_tokens
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable

SHOWN = ("lockSSL", "reverseProxyIP", "reverseProxySSL", "enableSSL", "FORCE_SSL_ADMIN")
"""The only settings whose values a diff shows."""
_READING = ("isset", "empty", "is_array", "count", "array_key_exists", "array_merge", "array_merge_recursive",
            "array_replace", "array_replace_recursive", "if", "elseif", "while", "foreach", "switch", "return", "array")
"""Functions, and words in front of a bracket, that do not change what they are given."""


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with every switch set.

    Args:
        text: the file.
        values: ``form``: ``returned`` (the file returns an array), ``variable`` (it fills the global array
            ``variable``) or ``constants``; ``set``: switches by name, in an array by the keys with dots in between,
            with true, false or a text; ``add`` (default true): whether a switch that is missing is added; ``harmless``:
            the end of a path that may be included.

    Raises:
        TransactionError: a switch cannot be read or set; the sentence has the line, and nothing of the file's content.
    """
    setter = _FORMS.get(str(values.get("form")))
    if setter is None:
        raise TransactionError(f"The form {values.get('form')!r} is not known. Known forms: {', '.join(_FORMS)}.")
    for _again in range(2):
        before = text
        for name, value in values["set"].items():
            text = setter(text, str(name), value, values)
    if text != before:
        raise TransactionError("The file does not show a switch as it was set. Set it by hand.")
    return text


def show_switches(text: str) -> list[str]:
    """Return the switches of a text as lines, and nothing else of it."""
    try:
        tokens = split_tokens(text)
    except TransactionError:
        return []
    found = []
    for number, token in enumerate(tokens):
        name = token.text if token.text in SHOWN else None
        behind = number + 1
        while name and behind < len(tokens) and tokens[behind].written in ("]", "=", "=>", ","):
            behind += 1
        if name and behind > number + 1 and behind < len(tokens):
            literal = php_code.literal_of(tokens, behind, behind + 1)
            found.append(f"{name}: {tokens[behind].written if literal else '(an expression)'}")
    return found


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or not join_printable(value):
        raise TransactionError(f"{value!r} cannot be the value of a switch: true, false or one line of printable text.")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _is_same(found: Value, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        is_on = found is True or found == "1" or (isinstance(found, int) and found > 0)
        return is_on if wanted else found in (False, 0, None, "", "0")
    return isinstance(found, str) and found == wanted


def _replaced(text: str, literal: Literal, value: Any) -> str:
    if _is_same(literal.value, value):
        return text
    return text[:literal.start] + _write(value) + text[literal.end:]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _refused(line: int, name: str, value: Any) -> TransactionError:
    return TransactionError(
        f"Line {line} may set {name}, in a way that only PHP can read: in a condition, by an expression, or more than "
        f"once. Set it to {_write(value)} there or take it out, then run again.")


# -- a file that returns an array ----------------------------------------------------------


def _set_returned(text: str, name: str, value: Any, wish: Mapping[str, Any]) -> str:
    del wish
    tokens = split_tokens(text)
    array = _returned(tokens)
    *outer, leaf = name.split(".")
    for depth, key in enumerate(outer):
        item = _find(tokens, array, key, name, value)
        if item is None:
            return _added(text, tokens, array, [*outer[depth:], leaf], value)
        inner = php_code.read_array(tokens, item.start)
        if inner is None or inner.close + 1 != item.end:
            raise _refused(tokens[item.start].line, name, value)
        array = inner
    item = _find(tokens, array, leaf, name, value)
    if item is None:
        return _added(text, tokens, array, [leaf], value)
    literal = php_code.literal_of(tokens, item.start, item.end)
    if literal is None:
        raise _refused(tokens[item.start].line, name, value)
    return _replaced(text, literal, value)


def _returned(tokens: Sequence[Token]) -> Array:
    """Return the array of the one ``return`` of a file."""
    places = [place for place in php_code.list_places(tokens)
              if tokens[place.number].lower == "return" and not place.in_function]
    number = places[0].number if places else -1
    array = php_code.read_array(tokens, number + 1) if 0 <= number < len(tokens) - 1 else None
    if array is None or len(places) != 1 or not places[0].certain or tokens[array.close + 1:array.close + 2] == []:
        line = f"Line {tokens[number].line}" if places else "The file"
        raise TransactionError(f"{line} does not return one array that is written out, so that its settings can only "
                               "be read by PHP. Set the switch by hand.")
    if tokens[array.close + 1].written != ";":
        raise TransactionError(f"Line {tokens[array.close + 1].line} goes on behind the array that the file returns. "
                               "Set the switch by hand.")
    return array


def _find(tokens: Sequence[Token], array: Array, key: str, name: str, value: Any) -> Optional[php_code.Item]:
    found = [item for item in array.items if item.key == key]
    unclear = [item for item in array.items if not item.plain]
    if len(found) > 1 or unclear:
        raise _refused(tokens[(unclear or found)[-1].first].line, name, value)
    return found[0] if found else None


def _added(text: str, tokens: Sequence[Token], array: Array, keys: Sequence[str], value: Any) -> str:
    *outer, leaf = keys
    long = tokens[array.opener].written == "("
    written = f"'{leaf}' => {_write(value)}"
    for key in reversed(outer):
        written = f"'{key}' => array({written})" if long else f"'{key}' => [{written}]"
    end = tokens[array.opener].end
    if not array.items:
        return text[:end] + written + text[end:]
    start = tokens[array.items[0].first].start
    indent = text[text.rfind("\n", 0, start) + 1:start]
    return text[:start] + written + ("," + _newline(text) + indent if not indent.strip() else ", ") + text[start:]


# -- a file of statements ------------------------------------------------------------------


class _Event(NamedTuple):
    """Something that sets a switch, or may."""

    line: int
    literal: Optional[Literal]
    """The value, if the statement is certain and the value is written out."""
    include: bool = False


def _set_variable(text: str, name: str, value: Any, wish: Mapping[str, Any]) -> str:
    tokens, keys = split_tokens(text), name.split(".")
    variable = str(wish["variable"])
    events = list(_assignments(tokens, variable, keys, str(wish.get("harmless") or "")))
    certain = [number for number, event in enumerate(events) if event.literal]
    # The last statement counts, and what may come behind it.
    open_events = events[certain[-1] + 1:] if certain else events
    path = "".join(f"['{key}']" for key in (variable, *keys))
    statement = f"$GLOBALS{path} = {_write(value)};"
    if open_events and open_events[-1].include:
        raise TransactionError(f"Line {open_events[-1].line} includes another file, which may set {name} too. Add "
                               f"`{statement}` as a line behind it, then run again.")
    if open_events:
        raise _refused(open_events[-1].line, name, value)
    if certain:
        return _replaced(text, events[certain[-1]].literal or Literal(None, 0, 0), value)
    return _with_statement(text, tokens, statement, variable) if wish.get("add", True) else text


def _assignments(tokens: Sequence[Token], variable: str, keys: Sequence[str], harmless: str) -> Iterator[_Event]:
    """Yield what sets the switch of a global array, or may, in order."""
    known_global = False
    behind = 0
    for place in php_code.list_places(tokens):
        number, token = place.number, tokens[place.number]
        if token.lower == "global":
            end = _end_of(tokens, number)
            known_global = known_global or any(other.written == f"${variable}" for other in tokens[number:end])
        elif token.lower in php_code.INCLUDES:
            named = [other.text or "" for other in tokens[number:_end_of(tokens, number)]]
            if not (harmless and any(text.endswith(harmless) for text in named)):
                yield _Event(token.line, None, include=True)
        elif token.kind == "variable":
            root, chain, behind = _chain(tokens, number, behind, variable)
            if root and _may_set(tokens, number, behind, chain, keys):
                yield _Event(token.line, _assigned(tokens, behind, place.certain and chain == list(keys) and (
                    known_global or token.written == "$GLOBALS")))
        elif token.text == keys[-1] and number >= behind:
            yield _Event(token.line, None)


def _end_of(tokens: Sequence[Token], number: int) -> int:
    """Return the number of the token that ends the statement."""
    return next((place for place in range(number, len(tokens)) if tokens[place].written in (";", "?>")), len(tokens))


def _chain(tokens: Sequence[Token], number: int, behind: int, variable: str) -> tuple[bool, list[Optional[str]], int]:
    """Return whether the global array is meant, its keys (None: only PHP knows), and the token behind them."""
    keys: list[Optional[str]] = []
    place = number + 1
    while place < len(tokens) and tokens[place].written == "[":
        close = php_code.find_close(tokens, place)
        keys.append(tokens[place + 1].text if close == place + 2 else None)
        place = close + 1
    if tokens[number].written == "$GLOBALS" and keys[:1] == [variable]:
        return True, keys[1:], place
    return (True, keys, place) if tokens[number].written == f"${variable}" else (False, keys, behind)


def _may_set(
    tokens: Sequence[Token], number: int, behind: int, chain: Sequence[Optional[str]], keys: Sequence[str]
) -> bool:
    """Tell whether a use of the global array may set the switch."""
    # The same name in another group counts in CiviCRM.
    leads_there = chain[-1:] == keys[-1:] or (
        len(chain) <= len(keys) and all(key in (None, wanted) for key, wanted in zip(chain, keys)))
    follows = tokens[behind].written if behind < len(tokens) else ""
    before = [token.written.lower() for token in tokens[max(0, number - 2):number]]
    if not leads_there or before[-1:] == ["global"]:
        return False
    if before[-1:] == ["&"] or before == ["unset", "("]:
        return True
    if follows == "=" or (follows.endswith("=") and follows not in ("==", "===", "!=", "!==", "<=", ">=")):
        return True
    called = _function_around(tokens, number)
    is_argument = bool(called) and before[-1:] in (["("], [","]) and follows in (",", ")")
    return is_argument and called not in _READING


def _function_around(tokens: Sequence[Token], number: int) -> str:
    """Return the function that gets a token as an argument, and may change it; empty if there is none."""
    depth = 0
    for place in range(number - 1, 0, -1):
        written = tokens[place].written if tokens[place].kind == "sign" else ""
        depth += 1 if written in (")", "]") else -1 if written in ("(", "[") else 0
        if depth < 0 or written in (";", "{", "}"):
            return tokens[place - 1].lower if written == "(" else ""
    return ""


def _assigned(tokens: Sequence[Token], sign: int, certain: bool) -> Optional[Literal]:
    if not certain or sign + 2 >= len(tokens) or tokens[sign].written != "=" or tokens[sign + 2].written != ";":
        return None
    return php_code.literal_of(tokens, sign + 1, sign + 2)


def _set_constant(text: str, name: str, value: Any, wish: Mapping[str, Any]) -> str:
    tokens = split_tokens(text)
    events = list(_definitions(tokens, name))
    certain = next((number for number, event in enumerate(events) if event.literal), None)
    # The first definition counts, and what may come in front of it.
    unclear = events[:certain]
    if certain is not None and not unclear:
        return _replaced(text, events[certain].literal or Literal(None, 0, 0), value)
    asked = any(tokens[place - 2].lower == "defined" for place in range(2, len(tokens)) if tokens[place].text == name)
    meant = [event for event in unclear if not event.include]
    if certain is not None or (meant and not asked):
        raise _refused((meant or unclear)[0].line, name, value)
    if not wish.get("add", True):
        return text
    return _with_statement(text, tokens, f"define('{name}', {_write(value)});")


def _definitions(tokens: Sequence[Token], name: str) -> Iterator[_Event]:
    """Yield what defines a constant, or may, in order."""
    for place in php_code.list_places(tokens):
        number, token = place.number, tokens[place.number]
        if token.lower in php_code.INCLUDES:
            yield _Event(token.line, None, include=True)
        elif token.lower == "const" and tokens[number + 1:number + 2] and tokens[number + 1].written == name:
            yield _Event(token.line, _assigned(tokens, number + 2, place.certain))
        elif token.lower == "define" and [other.text for other in tokens[number + 2:number + 3]] == [name]:
            end = php_code.find_close(tokens, number + 1)
            literal = php_code.literal_of(tokens, number + 4, number + 5) if end in (number + 5, number + 7) else None
            yield _Event(token.line, literal if place.certain else None)
        elif token.text == name and not (number > 1 and tokens[number - 2].lower in ("define", "defined")):
            yield _Event(token.line, None)


def _with_statement(text: str, tokens: Sequence[Token], statement: str, variable: str = "") -> str:
    """Add a statement behind the last ``global`` that names the variable, else in front of all statements."""
    behind = None
    for place in php_code.list_places(tokens):
        token = tokens[place.number]
        end = _end_of(tokens, place.number)
        names = any(other.written == f"${variable}" for other in tokens[place.number:end])
        if place.certain and (token.lower in ("declare", "namespace") or (token.lower == "global" and names)):
            behind = tokens[end] if end < len(tokens) and tokens[end].written == ";" else behind
    if behind is None:
        behind = next((token for token in tokens if token.kind == "open" and token.written != "<?="), None)
    if behind is None:
        raise TransactionError("The file has no PHP code to add the switch to. Is it the right file?")
    return text[:behind.end] + _newline(text) + statement + text[behind.end:]


_FORMS: dict[str, Callable[[str, str, Any, Mapping[str, Any]], str]] = {
    "returned": _set_returned, "variable": _set_variable, "constants": _set_constant,
}
