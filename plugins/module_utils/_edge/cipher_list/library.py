# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the TLS libraries of this host what they make of a cipher string.

OpenSSL is asked by its own program, GnuTLS by ``gnutls-cli`` and, since hosts with a
daemon on GnuTLS rarely have that program, else through the library's public functions.
The answer is data; whoever asks decides what it means.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import NOT_ENOUGH, SYNTAX
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import INVALID, NO_MATCH
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

_TIMEOUT = 20.0
_OPENSSL_ROW = re.compile(r"^\s*0x([0-9A-F]{2}),0x([0-9A-F]{2}) - ", re.MULTILINE)
_GNUTLS_ROW = re.compile(r"\t0x([0-9a-f]{2}), 0x([0-9a-f]{2})\t")
_MAX_SUITES = 1000


@dataclass(frozen=True)
class Answer:
    """What a library made of a string."""

    asked: str
    """The program or file that answered."""
    version: str
    code_points: tuple[int, ...]
    """In the library's order; empty if it refuses the string."""
    error: Optional[str] = None
    """In the words of the dialect's own reader."""


def ask(language: str, text: str) -> Optional[Answer]:
    """Return what the library of this host makes of a string, ``None`` where there is none to ask.

    Raises:
        DialectError: there is one, but it gave no sensible answer.
    """
    if "\0" in text:
        # No program and no library can be given such a string; our own readers can.
        return None
    return ask_openssl(text) if language == "openssl" else ask_gnutls(text)


def ask_openssl(text: str) -> Optional[Answer]:
    """Return OpenSSL's answer, by ``openssl ciphers -s``."""
    program = command.find("openssl")
    if program is None:
        return None
    version = _openssl_version(program)
    result = command.ask([program, "ciphers", "-s", "-V", "-stdname", "--", text], timeout=_TIMEOUT)
    found = _code_points(_OPENSSL_ROW, result.stdout)
    if result.ok and found:
        return Answer(program, version, found)
    for error in (INVALID, NO_MATCH):
        if error in result.stderr:
            return Answer(program, version, (), error)
    raise DialectError(
        f"{result.describe()} and says neither suites nor why: {result.words}",
        {"command": list(result.argv), "returncode": result.returncode},
    )


def _openssl_version(program: str) -> str:
    words = command.ask([program, "version"], timeout=_TIMEOUT).stdout
    match = re.match(r"OpenSSL (\d\S*)", words)
    if match is None:
        raise DialectError(f"{program} does not tell its version: {words.strip()!r}.", {"program": program})
    return match.group(1)


def ask_gnutls(text: str) -> Optional[Answer]:
    """Return GnuTLS's answer, by ``gnutls-cli --list`` or else by the library itself."""
    program = command.find("gnutls-cli")
    if program is None:
        return _ask_gnutls_library(text)
    words = command.ask([program, "--version"], timeout=_TIMEOUT).stdout
    match = re.match(r"gnutls-cli (\d\S*)", words)
    if match is None:
        raise DialectError(f"{program} does not tell its version: {words.strip()!r}.", {"program": program})
    result = command.ask([program, "--list", f"--priority={text}"], timeout=_TIMEOUT)
    if result.ok:
        return Answer(program, match.group(1), _code_points(_GNUTLS_ROW, result.stdout))
    for line in result.stderr.splitlines():
        if line.startswith((SYNTAX.strip(), NOT_ENOUGH)):
            return Answer(program, match.group(1), (), line)
    raise DialectError(
        f"{result.describe()} and says neither suites nor why: {result.words}",
        {"command": list(result.argv), "returncode": result.returncode},
    )


def _code_points(row: "re.Pattern[str]", listing: str) -> tuple[int, ...]:
    return tuple(int(high + low, 16) for high, low in row.findall(listing))


def _ask_gnutls_library(text: str) -> Optional[Answer]:
    """Return the answer of libgnutls: gnutls_priority_init and the list of suites in it."""
    path = ctypes.util.find_library("gnutls")
    if path is None:
        return None
    library = ctypes.CDLL(path)
    version = str(_function(library, "gnutls_check_version", ctypes.c_char_p, [ctypes.c_char_p])(None), "ascii")
    cache, stopped = ctypes.c_void_p(), ctypes.c_char_p()
    init = _function(
        library,
        "gnutls_priority_init",
        ctypes.c_int,
        [ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)],
    )
    data = text.encode()
    failed = init(ctypes.byref(cache), data, ctypes.byref(stopped))
    if failed:
        place = stopped.value
        # Only a syntax error says where; the rest of a refused string is "nothing left".
        error = (
            SYNTAX + place.decode("utf-8", "replace")
            if place is not None and failed == _INVALID_REQUEST
            else NOT_ENOUGH
        )
        return Answer(path, version, (), error)
    try:
        return Answer(path, version, _suites_of(library, cache))
    finally:
        _function(library, "gnutls_priority_deinit", None, [ctypes.c_void_p])(cache)


_INVALID_REQUEST = -50
_END_OF_LIST = -56
"""GNUTLS_E_INVALID_REQUEST and GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE of gnutls.h."""


def _function(library: ctypes.CDLL, name: str, returns: Optional[type], takes: list[type]) -> Callable[..., Any]:
    function = library[name]
    function.restype, function.argtypes = returns, takes
    return function


def _suites_of(library: ctypes.CDLL, cache: ctypes.c_void_p) -> tuple[int, ...]:
    number, identity = ctypes.c_uint(), (ctypes.c_ubyte * 2)()
    index_of = _function(
        library,
        "gnutls_priority_get_cipher_suite_index",
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_uint, ctypes.POINTER(ctypes.c_uint)],
    )
    info = _function(
        library,
        "gnutls_cipher_suite_info",
        ctypes.c_char_p,
        [ctypes.c_size_t, ctypes.POINTER(ctypes.c_ubyte), *[ctypes.c_void_p] * 4],
    )
    found: list[int] = []
    for place in range(_MAX_SUITES):
        answer = index_of(cache, place, ctypes.byref(number))
        if answer == _END_OF_LIST:
            break
        if answer == 0 and info(number.value, identity, None, None, None, None) is not None:
            found.append(identity[0] << 8 | identity[1])
    return tuple(found)
