# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which cipher strings a daemon is configured with, and what it adds to them by itself.

Read from the daemon's configuration as text or values; nobody is asked here.  A daemon
without a setting of its own falls back on a built-in one, which is a finding as well.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig

BUILT_IN = "built-in default"


@dataclass(frozen=True)
class Setting:
    """One cipher string of a daemon."""

    name: str
    """The setting that holds it."""
    value: str
    where: str
    """File with line, database entry, or BUILT_IN."""
    added: str = ""
    """What the daemon puts behind it by itself."""
    seclevel: Optional[int] = None
    """OpenSSL's security level that the daemon begins with, ``None``: the library's own."""

    @property
    def effective(self) -> str:
        """The string that the library is given."""
        return self.value + self.added


def apache(config: ApacheConfig) -> tuple[Setting, ...]:
    """Return every SSLCipherSuite for TLS 1.2 and older; mod_ssl itself rules out the worst."""
    found = []
    for directive in config.directives:
        if directive.name != "sslciphersuite" or not directive.arguments:
            continue
        if len(directive.arguments) == 1 or directive.arguments[0].upper() == "SSL":
            found.append(
                Setting(
                    name="SSLCipherSuite",
                    value=directive.arguments[-1],
                    where=f"{directive.file}:{directive.line}",
                    added=_APACHE_ADDS,
                )
            )
    return tuple(found) or (Setting("SSLCipherSuite", "DEFAULT", BUILT_IN, _APACHE_ADDS),)


_APACHE_ADDS = ":!aNULL:!eNULL:!EXP"

_POSTFIX_GRADES = ("high", "medium", "low", "export", "null")
_POSTFIX_USES = (
    ("smtpd_tls_ciphers", ("smtpd_tls_exclude_ciphers",)),
    ("smtpd_tls_mandatory_ciphers", ("smtpd_tls_exclude_ciphers", "smtpd_tls_mandatory_exclude_ciphers")),
    ("smtp_tls_ciphers", ("smtp_tls_exclude_ciphers",)),
    ("smtp_tls_mandatory_ciphers", ("smtp_tls_exclude_ciphers", "smtp_tls_mandatory_exclude_ciphers")),
)
POSTFIX_PARAMETERS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [grade for grade, _excludes in _POSTFIX_USES]
        + [name for _grade, excludes in _POSTFIX_USES for name in excludes]
        + [f"tls_{grade}_cipherlist" for grade in _POSTFIX_GRADES]
    )
)
"""What ``postfix`` needs to know; a release without one of them leaves it out."""


def postfix(values: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return the lists that the four grades stand for, with the exclusions that Postfix appends.

    Postfix sets security level 0 before it applies a list (postconf(5), tls_medium_cipherlist;
    measured on 3.7 and 3.10).

    Args:
        values: expanded values (``postconf -x``) of POSTFIX_PARAMETERS.
    """
    found = []
    for use, excludes in _POSTFIX_USES:
        grade = values.get(use, "").strip()
        listed = values.get(f"tls_{grade}_cipherlist")
        if listed is None:
            continue
        excluded = [word for name in excludes for word in re.split(r"[\s,:]+", values.get(name, "")) if word]
        found.append(
            Setting(
                name=f"{use} = {grade}",
                value=listed,
                where=f"tls_{grade}_cipherlist",
                added="".join(f":!{word}" for word in excluded),
                seclevel=0,
            )
        )
    return tuple(found)


def courier(files: Mapping[str, str], language: str) -> tuple[Setting, ...]:
    """Return TLS_PRIORITY of every file, or TLS_CIPHER_LIST where couriertls is linked to OpenSSL."""
    name, built_in = {
        "gnutls": ("TLS_PRIORITY", "NORMAL"),
        "openssl": ("TLS_CIPHER_LIST", "DEFAULT"),
    }[language]
    found = []
    for path, text in files.items():
        values: dict[str, Optional[str]] = assignments.read(text)
        value = values.get(name)
        if value is None and name in values:
            raise DialectError(
                f"Only a shell could tell what {name} in {path} is. Write its value as plain text.",
                {"file": path, "setting": name},
            )
        found.append(Setting(name, value, path) if value else Setting(name, built_in, BUILT_IN))
    return tuple(dict.fromkeys(found))


def openldap(ldif: str, language: str) -> tuple[Setting, ...]:
    """Return olcTLSCipherSuite of cn=config.

    Args:
        ldif: the entry as slapcat(8) or the file below slapd.d shows it.
        language: ``gnutls`` or ``openssl``, after the library that slapd is linked to.
    """
    values = _ldif_values(ldif, "olcTLSCipherSuite")
    if values:
        return tuple(Setting("olcTLSCipherSuite", value, "cn=config") for value in values)
    return (Setting("olcTLSCipherSuite", "NORMAL" if language == "gnutls" else "DEFAULT", BUILT_IN),)


def _ldif_values(ldif: str, attribute: str) -> Sequence[str]:
    """Return the values of an attribute (RFC 2849: folded lines, base64 behind two colons)."""
    found: list[str] = []
    for line in re.sub(r"\r?\n ", "", ldif).replace("\r\n", "\n").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or name.lower() != attribute.lower():
            continue
        if value.startswith(":"):
            found.append(_decoded(value[1:].strip(" ")))
        else:
            found.append(value.strip(" "))
    return found


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise DialectError("A value of cn=config is not base64, although its two colons say so.") from error
