# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads a service's configuration on this host for the cipher strings in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list import configured
from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.configured import Setting
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Library
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import apache

_COURIER_FILES = ("/etc/courier/imapd-ssl", "/etc/courier/pop3d-ssl", "/etc/courier/esmtpd-ssl")
_SLAPD_ENTRY = "/etc/ldap/slapd.d/cn=config.ldif"


def settings_of(service: str) -> tuple[Library, tuple[Setting, ...]]:
    """Return the library that a service is linked to, and the cipher strings that it is configured with.

    Raises:
        DialectError: the service is not installed, not linked to a TLS library, or its
            configuration cannot be read.
    """
    library = host.linked_library(SERVICES[service].tls_objects)
    if library is None:
        raise DialectError(
            f"{service} is not installed here, or is not linked to OpenSSL or GnuTLS.", {"service": service}
        )
    return library, _READERS[service](library.name)


def _apache(_language: str) -> tuple[Setting, ...]:
    return configured.apache(apache.configuration())


def _postfix(_language: str) -> tuple[Setting, ...]:
    result = command.ask(["postconf", "-x", *configured.POSTFIX_PARAMETERS], timeout=20)
    values: dict[str, str] = {}
    for line in result.stdout.split("\n"):
        name, equals, value = line.partition("=")
        if equals:
            values[name.strip()] = value.strip()
    if not values:
        raise DialectError(f"{result.describe()}: {result.words}", {"command": list(result.argv)})
    return configured.postfix(values)


def _courier(language: str) -> tuple[Setting, ...]:
    return configured.courier(_texts(_COURIER_FILES), language)


def _openldap(language: str) -> tuple[Setting, ...]:
    texts = _texts((_SLAPD_ENTRY,))
    if not texts:
        raise DialectError(
            f"{_SLAPD_ENTRY} is not there: only slapd with its configuration in cn=config can be read.",
            {"file": _SLAPD_ENTRY},
        )
    return configured.openldap(texts[_SLAPD_ENTRY], language)


def _texts(paths: tuple[str, ...]) -> Mapping[str, str]:
    """Return the text of the files that exist, by path."""
    found = {}
    for path in paths:
        if not os.path.exists(path):
            continue
        try:
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
                found[path] = stream.read()
        except OSError as error:
            raise DialectError(f"{path} cannot be read: {error.strerror}.", {"file": path}) from error
    return found


_READERS: Mapping[str, Callable[[str], tuple[Setting, ...]]] = {
    "apache": _apache,
    "postfix": _postfix,
    "courier_imap": _courier,
    "openldap": _openldap,
}
SERVICES_READ: tuple[str, ...] = tuple(_READERS)
"""Services whose configuration can be read here."""
