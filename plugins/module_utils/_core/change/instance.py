# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a test instance of a service is: the daemon itself, with the new settings, before anything is swapped.

It runs in mount and network namespaces of its own, with its real paths and real ports.
Every folder is an overlay: it reads the host's files and writes to memory.  So a
description only says what differs from the daemon's normal start: where its pid files
and sockets are, and what it would do by itself that must not happen twice.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, ClassVar, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.comparison import Comparison, read_comparisons
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_GLOB = re.compile(r"/[A-Za-z0-9_.@+:/*?-]+\Z")
_UNIT = re.compile(r"[A-Za-z0-9_.@:\\-]+\.service\Z")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_MODE = re.compile(r"[0-7]{3,4}\Z")


@dataclass(frozen=True)
class Folder:
    """An empty folder in memory in place of one that the running daemon writes to."""

    path: str
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755


@dataclass(frozen=True)
class TestInstance:
    """How one daemon is started for a test."""

    __test__: ClassVar[bool] = False

    command: tuple[str, ...]
    """The program in the foreground and its arguments."""
    unit: str = ""
    """The unit of the running daemon, whose account, capabilities, limits and environment it gets."""
    environment: Mapping[str, str] = field(default_factory=dict)
    temporary: tuple[Folder, ...] = ()
    """Folders that begin empty: pid files, sockets and queues of the running daemon are not in them."""
    remove: tuple[str, ...] = ()
    """Paths or globs that it must not find, such as a pid file."""
    sockets: tuple[str, ...] = ()
    """Unix sockets of other daemons that it may use; no other socket answers through an overlay."""
    edits: tuple[Mapping[str, Any], ...] = ()
    """Changes, as ``service_config`` takes them, that only the test instance gets, on top of the wanted ones."""
    prevents: Mapping[str, str] = field(default_factory=dict)
    """What the daemon would do by itself, and why the test instance does not."""
    log: str = ""
    """The file that it logs to; empty: it logs to its standard error."""
    telling: str = ""
    """Pattern of the lines of its log that are worth quoting."""
    fatal: str = ""
    """Pattern of a line of its log that ends the test: a worker that cannot start."""
    ready: str = ""
    """File that it writes at the end of its start, for one that opens its ports before it has read its keys."""
    endpoints: Optional[tuple[Mapping[str, Any], ...]] = None
    """Endpoints to probe; None: those of the confirmation."""
    comparisons: tuple[Comparison, ...] = ()
    """Pages that it has to serve as the running daemon does."""
    patience: float = 30.0
    """Seconds within which it has to be ready."""
    settle: float = 0.1
    """Seconds between ready and the first probe."""


def read_instance(data: Mapping[str, Any]) -> TestInstance:
    """Build a test instance from plain data with the same names.

    Raises:
        TransactionError: a key or a value that is not understood; the sentence names it.
    """
    unknown = sorted(set(data) - set(_READERS))
    if unknown:
        raise TransactionError(
            f"validation.instance has the unknown key {', '.join(unknown)}. Known keys: "
            f"{', '.join(sorted(_READERS))}.")
    values = {name: _READERS[name](name, data[name]) for name in data if data[name] is not None}
    if not values.get("command"):
        raise TransactionError("validation.instance has no command; name the program that runs in the foreground.")
    return TestInstance(**values)


def _wrong(name: str, value: Any, wanted: str) -> TransactionError:
    return TransactionError(f"validation.instance.{name} is {value!r}; it takes {wanted}.")


def _words(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, (str, int)) for item in value):
        raise _wrong(name, value, "a list of words")
    return tuple(_text(name, str(item)) for item in value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise _wrong(name, value, "text")
    return value


def _unit(name: str, value: Any) -> str:
    if value != "" and not (isinstance(value, str) and _UNIT.match(value)):
        raise _wrong(name, value, "the name of a systemd service, such as apache2.service")
    return str(value)


def _environment(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(_VARIABLE.match(str(key)) for key in value):
        raise _wrong(name, value, "a mapping of variables to values")
    return {str(key): _text(name, str(item)) for key, item in value.items()}


def _path(name: str, value: Any) -> str:
    text = _text(name, value)
    if text and (not posixpath.isabs(text) or posixpath.normpath(text) != text or text == "/"):
        raise _wrong(name, value, "an absolute path without `..`")
    return text


def _globs(name: str, value: Any) -> tuple[str, ...]:
    found = _words(name, value)
    for item in found:
        if not _GLOB.match(_path(name, item)):
            raise _wrong(name, item, "absolute paths of letters, digits, `_.@+:-`, and `*` or `?` for any characters")
    return found


def _folders(name: str, value: Any) -> tuple[Folder, ...]:
    if not isinstance(value, (list, tuple)):
        raise _wrong(name, value, "a list of folders")
    return tuple(_folder(name, item) for item in value)


def _folder(name: str, item: Any) -> Folder:
    row = {"path": item} if isinstance(item, str) else item
    if not isinstance(row, Mapping) or set(row) - {"path", "owner", "group", "mode"} or not row.get("path"):
        raise _wrong(name, item, "a path, or path, owner, group and mode")
    mode = str(row.get("mode") or "0755")
    if not _MODE.match(mode):
        raise _wrong(name + ".mode", row["mode"], "an octal mode such as '0755'")
    owner = _text(name, row.get("owner") or "root")
    return Folder(_path(name, row["path"]), owner, _text(name, row.get("group") or owner), int(mode, 8))


def _rows(name: str, value: Any) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, Mapping) for item in value):
        raise _wrong(name, value, "a list of mappings")
    return tuple(dict(item) for item in value)


def _pattern(name: str, value: Any) -> str:
    try:
        re.compile(_text(name, value))
    except re.error as error:
        raise _wrong(name, value, f"a regular expression ({error})") from error
    return str(value)


def _sentences(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _wrong(name, value, "a mapping of sentences")
    return {str(key): str(item) for key, item in value.items()}


def _seconds(name: str, value: Any) -> float:
    try:
        number = float(str(value))
    except ValueError as error:
        raise _wrong(name, value, "seconds") from error
    if not 0 <= number <= 600:
        raise _wrong(name, value, "seconds between 0 and 600")
    return number


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "command": _words, "unit": _unit, "environment": _environment, "temporary": _folders, "remove": _globs,
    "sockets": _globs,
    "edits": _rows, "prevents": _sentences, "log": _path, "telling": _pattern, "fatal": _pattern, "ready": _path,
    "endpoints": _rows, "comparisons": lambda _name, rows: read_comparisons(rows),
    "patience": _seconds, "settle": _seconds,
}
