# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher strings of any language: which one it is, and what a library of a given version makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import Expansion
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_words import LEVELS
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import VersionLike, version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError

LANGUAGES: tuple[str, ...] = ("openssl", "gnutls")
RELEASES: Mapping[str, Mapping[str, str]] = {
    "debian12": {"openssl": "3.0", "gnutls": "3.7"},
    "debian13": {"openssl": "3.5", "gnutls": "3.8"},
}
"""Library versions of the releases whose own expansions the tables are tested against."""

_GNUTLS_LOOKS = re.compile(
    rf"^(?:NONE|@?SYSTEM|{'|'.join(LEVELS)})(?::|$)|[+!-](?:VERS|SIGN|GROUP|CURVE|COMP|CTYPE|KX|MAC|CIPHER)-|%[A-Z]",
    re.IGNORECASE,
)


def language_of(text: str) -> str:
    """Return the language that a string is most likely written in, ``openssl`` in doubt."""
    return "gnutls" if _GNUTLS_LOOKS.search(text) else "openssl"


def expand(text: str, language: str, version: VersionLike) -> Expansion:
    """Return what the library of this version makes of the string.

    Raises:
        DialectError: nobody here speaks this language.
    """
    if language == "openssl":
        return expand_openssl(text, version)
    if language == "gnutls":
        return expand_gnutls(text, version)
    raise DialectError(
        f"No language for cipher strings is called {language}. Known: {', '.join(LANGUAGES)}.",
        {"language": language, "known": list(LANGUAGES)},
    )


def read_library_version(release: str, language: str) -> str:
    """Return the library version that a release or a version number stands for."""
    found = RELEASES.get(release)
    return found[language] if found is not None else "{}.{}".format(*version_of(release))
