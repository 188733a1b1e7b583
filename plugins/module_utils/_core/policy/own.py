# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user's own profile: plain data in, checked and typed values out, the input never modified.

Each key is read alone here; whether the keys fit one another is ``check.py``'s business.
Inventory values may arrive as text (``"3072"``, ``"yes"``), so figures and switches are
taken in both forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError, UnknownKey, UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable, show_printable
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import (
    CLIENT_CERTIFICATE,
    PLAINTEXT_RULES,
    PROTOCOLS,
    STARTTLS_RULES,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes, suites

CERTIFICATE_TYPES = ("rsa", "ecdsa", "ed25519", "ed448")
SIGNATURE_HASHES = ("sha1", "sha224", "sha256", "sha384", "sha512")

Reader = Callable[[str, Any], Any]

_DIGITS = re.compile("[0-9]{1,12}")
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of an own profile with their values checked and typed.

    Nested keys (``min_key``, ``certificate``, ``hsts``, ``also_allowed``) come back as
    dictionaries that hold only what was given.

    Raises:
        UnknownKey: a key that no policy has.
        UnknownName: a suite, group, scheme, protocol or rule that nobody knows.
        PolicyError: a value of the wrong kind.

    """
    return _read_keys("", values, _READERS)


def find_nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean X?" for the nearest known name, or nothing."""
    from difflib import get_close_matches  # needed for a wrong name only, and dear to import

    found = get_close_matches(name.lower(), list(known), n=1, cutoff=0.6)
    return f" Did you mean {found[0]}?" if found else ""


def _read_keys(prefix: str, values: Mapping[str, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in values.items():
        reader = readers.get(str(key))
        if reader is None:
            known = ", ".join(sorted(readers))
            name = prefix + _plain(str(key))
            raise UnknownKey(
                f"A policy has no key {name}.{find_nearest(str(key), readers)} Known keys: {known}.",
                {"key": prefix + str(key), "known": sorted(readers)},
            )
        result[str(key)] = reader(prefix + str(key), value)
    return result


def _plain(name: str) -> str:
    return name if join_printable(name) else show_printable(name)


def _wrong(key: str, expected: str, value: Any) -> PolicyError:
    return PolicyError(
        f"{key} must be {expected}, not {show_printable(value)}.",
        {"key": key, "expected": expected, "value": show_printable(value)},
    )


def _text(key: str, value: Any) -> str:
    # A policy's name and source stand in comments of daemons' files, where a line break would begin a directive.
    if isinstance(value, str) and value.strip() and join_printable(value):
        return value
    raise _wrong(key, "one line of printable text", value)


def _optional_text(key: str, value: Any) -> Optional[str]:
    return None if value is None else _text(key, value)


def _switch(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE + _FALSE:
        return value.strip().lower() in _TRUE
    raise _wrong(key, "true or false", value)


def _figure(key: str, value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**12:
        raise _wrong(key, "a whole number from 0", value)
    return int(value)


def _optional_figure(key: str, value: Any) -> Optional[int]:
    return None if value is None else _figure(key, value)


def _names(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "a list of names", value)
    return tuple(dict.fromkeys(str(item) for item in value))


def _list_of(normalise: Callable[[str], str]) -> Reader:
    def reader(key: str, value: Any) -> tuple[str, ...]:
        found = []
        for name in _names(key, value):
            try:
                found.append(normalise(name))
            except UnknownName as error:
                raise UnknownName(f"{key}: {error.message}", {"key": key, **error.details}) from error
        return tuple(dict.fromkeys(found))

    return reader


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    lowered = {choice.lower(): choice for choice in choices}

    def normalise(name: str) -> str:
        found: Optional[str] = lowered.get(name.lower())
        if found is None:
            raise UnknownName(
                f"{_plain(name)} is not known here.{find_nearest(name, lowered)} Choices: {', '.join(choices)}.",
                {"name": name, "choices": list(choices)},
            )
        return found

    return normalise


def _choice(choices: Sequence[str]) -> Reader:
    normalise = _one_of(choices)

    def reader(key: str, value: Any) -> str:
        try:
            return normalise(_text(key, value))
        except UnknownName as error:
            raise UnknownName(f"{key}: {error.message}", {"key": key, **error.details}) from error

    return reader


def _nested(readers: Mapping[str, Reader]) -> Reader:
    def reader(key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(key, "a dictionary with any of " + ", ".join(sorted(readers)), value)
        return _read_keys(key + ".", value, readers)

    return reader


def _protocol(name: str) -> str:
    """Return the house's spelling; ``TLSv1.0`` and ``TLS 1.2`` are understood."""
    plain = name.strip().lower().replace(" ", "").replace("tlsv", "tls").replace("sslv", "ssl")
    plain = "tls1" if plain == "tls1.0" else plain
    for known in PROTOCOLS:
        if known.lower().replace("tlsv", "tls").replace("sslv", "ssl") == plain:
            return known
    raise UnknownName(
        f"No protocol version is called {_plain(name)}. Known: {', '.join(PROTOCOLS)}.",
        {"name": name, "choices": list(PROTOCOLS)},
    )


def _one_protocol(key: str, value: Any) -> str:
    names: tuple[str, ...] = _list_of(_protocol)(key, [_text(key, value)])
    return names[0]


_SUITES = _list_of(lambda name: suites.by_iana(name).iana)
_GROUPS = _list_of(lambda name: groups.by_iana(name).iana)

_READERS: Mapping[str, Reader] = {
    "name": _text,
    "title": _text,
    "source": _text,
    "source_status": _text,
    "version": _text,
    "protocols": _list_of(_protocol),
    "min_protocol": _one_protocol,
    "max_protocol": _one_protocol,
    "tls12_suites": _SUITES,
    "tls13_suites": _SUITES,
    "groups": _GROUPS,
    "signature_schemes": _list_of(lambda name: schemes.by_iana(name).iana),
    "min_key": _nested({"rsa": _optional_figure, "ec": _optional_figure, "dh": _optional_figure}),
    "certificate": _nested(
        {
            "types": _list_of(_one_of(CERTIFICATE_TYPES)),
            "curves": _GROUPS,
            "signature_hashes": _list_of(_one_of(SIGNATURE_HASHES)),
            "max_lifetime_days": _optional_figure,
            "recommended_lifetime_days": _optional_figure,
        }
    ),
    "hsts": _nested({"min_max_age": _optional_figure, "include_subdomains": _switch, "preload": _switch}),
    "also_allowed": _nested({"ok": _SUITES, "phase_out": _SUITES}),
    "server_preference": _switch,
    "openssl_seclevel": _figure,
    "compression": _switch,
    "client_renegotiation": _switch,
    "early_data": _switch,
    "extended_master_secret_required": _switch,
    "post_quantum_required": _switch,
    "client_certificate": _choice(CLIENT_CERTIFICATE),
    "plaintext": _choice(PLAINTEXT_RULES),
    "starttls": _choice(STARTTLS_RULES),
    "data_class": _optional_text,
    "extends": _text,
}
