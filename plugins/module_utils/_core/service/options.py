# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one reader of a role's options: what passes it can be written into a daemon's file.

An option says its type and its limits once.  From that follow how a value is read, the
sentence that refuses it, its entry in ``argument_specs.yml`` and its default.  The rule
that holds for every type: no line break, no control or invisible character, no NUL, so
that a value stays one value on one line whatever file it is written into.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable, show_printable
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

TYPES = ("bool", "int", "str", "choice", "path", "host", "list", "dict", "dicts")

# No quote, blank or sign that a shell, Apache, Postfix or slapd takes for more than a part of a path.
_PATH = re.compile(r"""/[^\s"'`<>\\${},;|&]*""")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_DEEPEST = 8


@dataclass(frozen=True)
class Option:
    """One option of a role: everything that its reader, its documentation and its default need."""

    name: str
    """Without the role's prefix: ``server_name`` of ``apache_tls_server_name``."""
    type: str
    """``bool``, ``int``, ``str`` (one line of printable text), ``choice``, ``path`` (absolute, on the host), ``host``
    (a DNS name or an address), ``list`` (of ``elements``), ``dict`` and ``dicts`` (a list of them)."""
    default: Any = None
    """What counts if nothing is given. An empty text is allowed as a value only if it is the default."""
    description: tuple[str, ...] = ()
    """Sentences for ``argument_specs.yml``."""
    choices: tuple[str, ...] = ()
    """The words of a ``choice``; upper and lower case count as the same."""
    minimum: Optional[int] = None
    """Smallest value of an ``int``."""
    maximum: Optional[int] = None
    """Largest value of an ``int``."""
    pattern: str = ""
    """Regular expression for the whole text of a ``str``, ``path``, ``host`` or of each element of a ``list``."""
    expected: str = ""
    """What the pattern allows, in words: "a path such as /.well-known/"."""
    elements: str = "str"
    """Type of the elements of a ``list``: ``str``, ``path``, ``host``, ``network`` (an address or a network)."""
    nullable: bool = False
    """Whether null is a value of its own ("as the policy says") and the default."""
    default_from: str = ""
    """Jinja expression of the default in ``defaults/main.yml``, such as ``{{ inventory_hostname }}``."""

    def spec(self) -> dict[str, Any]:
        """Return this option's entry of ``argument_specs.yml``."""
        kind = {"choice": "str", "path": "str", "host": "str", "dicts": "list"}.get(self.type, self.type)
        entry: dict[str, Any] = {"description": list(self.description), "type": kind}
        if kind == "list":
            entry["elements"] = "dict" if self.type == "dicts" else "str"
        if self.choices:
            entry["choices"] = list(self.choices)
        if self.default is not None and not self.default_from:
            entry["default"] = _plain(self.default)
        return entry

    def default_value(self) -> Any:
        """Return what ``defaults/main.yml`` says: the expression, or the default as plain data."""
        return self.default_from or _plain(self.default)


def read_options(options: Sequence[Option], given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the value of every option, checked and typed; the default if nothing is given.

    Args:
        options: what the role knows.
        given: values by name without prefix; none of them is modified.
        prefix: such as ``apache_tls_``, for the sentences.

    Raises:
        OptionError: one sentence for each value that is not allowed: option, value, what is allowed.

    """
    known = {option.name: option for option in options}
    problems = [f"Unknown option {show_printable(prefix + str(name))}. Known options: {', '.join(sorted(known))}."
                for name in given if name not in known]
    values: dict[str, Any] = {}
    for option in options:
        try:
            values[option.name] = read_option(option, given.get(option.name))
        except _Refused as refused:
            problems.append(f"{prefix}{option.name} is {refused.value}. Allowed: {refused.allowed}.")
    if problems:
        raise OptionError(" ".join(problems), {"problems": problems})
    return values


def read_option(option: Option, value: Any) -> Any:
    """Return one option's value; ``read_options`` makes the sentence of what this refuses."""
    if value is None or (option.nullable and value == ""):
        # ansible-core 2.18 hands null over as an empty text.
        return option.default
    if value == "" and option.default == "" and isinstance(value, str):
        return ""
    return _READERS[option.type](option, value)


class _Refused(Exception):
    def __init__(self, value: Any, allowed: str) -> None:
        super().__init__(allowed)
        self.value = show_printable(value)
        self.allowed = allowed


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _switch(_option: Option, value: Any) -> bool:
    word = str(value).lower() if isinstance(value, (str, bool)) or (isinstance(value, int) and value in (0, 1)) else ""
    if word not in _TRUE + _FALSE:
        raise _Refused(value, "true or false")
    return word in _TRUE


def _number(option: Option, value: Any) -> int:
    number: Optional[int] = None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        number = int(value)
    low, high = option.minimum, option.maximum
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        raise _Refused(value, "a whole number" + ("" if low is None else f" from {low}")
                       + ("" if high is None else f" to {high}"))
    return number


def _text(option: Option, value: Any) -> str:
    value = value.isoformat() if isinstance(value, date) else value  # as YAML reads 2026-12-01
    allowed = option.expected or "one line of printable text"
    if not isinstance(value, str) or not value.strip() or not join_printable(value):
        raise _Refused(value, allowed)
    if option.pattern and not re.fullmatch(option.pattern, value):
        raise _Refused(value, allowed)
    return str(value)


def _choice(option: Option, value: Any) -> str:
    # YAML reads the bare words on, off, yes and no as true and false.
    words = ((_TRUE if value else _FALSE) if isinstance(value, bool) else (value,))
    found = [choice for choice in option.choices for word in words
             if isinstance(word, str) and choice.lower() == word.lower()]
    if not found:
        raise _Refused(value, ", ".join(option.choices))
    return found[0]


def _path(option: Option, value: Any) -> str:
    allowed = option.expected or "an absolute path without spaces, quotes, braces or any of < > \\ $ , ; | &"
    if not isinstance(value, str) or not join_printable(value) or not _PATH.fullmatch(value):
        raise _Refused(value, allowed)
    return _text(option, value)


def _host(option: Option, value: Any) -> str:
    if not isinstance(value, str) or not is_host(value):
        raise _Refused(value, option.expected or "a host name (an international one in its xn-- form) or an IP address")
    return _text(option, value)


def is_host(text: str) -> bool:
    """Return whether a text is a host name of letters, digits and hyphens (RFC 1123), or an IP address."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") and ":" in text else text
    if ":" in bare or bare.replace(".", "").isdecimal():
        try:
            ipaddress.ip_address(bare)
        except ValueError:
            return False
        return bare.isascii() and "%" not in bare
    name = text[:-1] if text.endswith(".") else text
    return len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))


def _network(option: Option, value: Any) -> str:
    try:
        return str(ipaddress.ip_network(_text(option, value), strict=False))
    except ValueError:
        raise _Refused(value, "addresses or networks such as 192.0.2.7 or 2001:db8::/64") from None


def _list(option: Option, value: Any) -> list[Any]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise _Refused(value, "a list")
    reader = _READERS[option.elements]
    return [reader(option, item) for item in value]


def _dict(option: Option, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Refused(value, option.expected or "a dictionary")
    found: dict[str, Any] = _printable(value)
    return found


def _dicts(option: Option, value: Any) -> list[dict[str, Any]]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise _Refused(value, option.expected or "a list of dictionaries")
    return [_dict(option, item) for item in value]


def _printable(value: Any, depth: int = 0) -> Any:
    """Return nested data whose texts are one printable line each; what its keys mean is the service's matter."""
    if depth > _DEEPEST:
        raise _Refused(value, f"data that is nested at most {_DEEPEST} levels deep")
    if isinstance(value, Mapping):
        return {_printable(key, depth + 1): _printable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item, depth + 1) for item in value]
    if isinstance(value, str):
        if not join_printable(value):
            raise _Refused(value, "texts of one printable line")
        return str(value)
    if isinstance(value, bool) or value is None or (isinstance(value, int) and value.bit_length() <= 63):
        return value
    raise _Refused(value, "texts, whole numbers, true, false, lists and dictionaries")


_READERS: Mapping[str, Callable[[Option, Any], Any]] = {
    "bool": _switch, "int": _number, "str": _text, "choice": _choice, "path": _path, "host": _host,
    "network": _network, "list": _list, "dict": _dict, "dicts": _dicts,
}
