# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cipher strings nobody would write, from every word the readers know and some they do not.

The same seed gives the same strings, so that a difference can be looked at twice.
"""

from __future__ import annotations

import random

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_words import (
    ACCEPTED_WORDS,
    BULKS,
    LEVELS,
    list_options,
    list_single_words,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import FORMER_WORDS, WORDS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES

_OPENSSL_NAMES = [suite.openssl for suite in SUITES if suite.openssl]
_IANA_NAMES = [suite.iana for suite in SUITES]
_STRANGERS = ["BOGUS", "TLSv1.1", "TLSv1.3", "high", "DEFAULT", "SUITEB128", "DTLSv1.2", "NORMAL", "a.b", "x=y"]
_COMMON = (
    "VERS-TLS1.3 VERS-TLS1.2 VERS-TLS1.1 VERS-TLS1.0 VERS-ALL VERS-TLS-ALL VERS-DTLS-ALL RSA DHE-RSA ECDHE-RSA "
    "ECDHE-ECDSA AES-128-CBC AES-256-CBC AES-128-GCM SHA1 SHA256 SHA384 AEAD MD5 3DES-CBC ARCFOUR-128 CAMELLIA-128-CBC "
    "NULL PSK ECDHE-PSK RSA-PSK SRP ANON-DH ANON-ECDH DHE-DSS SIGN-ALL GROUP-ALL KX-ALL CIPHER-ALL MAC-ALL COMP-NULL "
    "CTYPE-X509 AES-128-CCM-8 GROUP-X25519 SIGN-RSA-SHA256 SIGN-ECDSA-SHA256"
)
_COMMON_WORDS = _COMMON.split()
_BASE = ["NONE", "+VERS-TLS-ALL", "+ECDHE-RSA", "+AES-128-GCM", "+AEAD", "+SIGN-ALL", "+GROUP-ALL"]


def openssl(seed: int, count: int) -> list[str]:
    """Return random cipher strings of OpenSSL."""
    dice = random.Random(seed)
    return [_openssl_string(dice) for _number in range(count)]


def _openssl_string(dice: random.Random) -> str:
    text = dice.choice(["", "", "", "", "", "", "DEFAULT:", "DEFAULT", "SUITEB128", "SUITEB192:"])
    for number in range(dice.choice([1, 1, 2, 3, 4, 6, 9])):
        text += dice.choice([":"] * 12 + [" ", ",", ";", "::", ""]) if number else ""
        text += _openssl_item(dice)
    text += dice.choice(["~", "/", "_", "é", "*", "+", ":"]) if dice.random() < 0.01 else ""
    # The program would take a leading minus for an option.
    return f":{text}" if text.startswith("-") else text


def _openssl_item(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.07:
        return "@STRENGTH"
    if kind < 0.14:
        return f"@SECLEVEL={dice.choice([0, 0, 1, 2, 3, 4, 5, 6])}"
    if kind < 0.145:
        return dice.choice(["@FOO", "@", "@SECLEVEL", "@STRENGTHX"])
    words = [_openssl_word(dice) for _number in range(dice.choice([1, 1, 1, 1, 2, 3]))]
    return dice.choice(["", "", "", "", "!", "!", "-", "+"]) + "+".join(words)


def _openssl_word(dice: random.Random) -> str:
    sources = [list(WORDS), _OPENSSL_NAMES, sorted(FORMER_WORDS), _IANA_NAMES, _STRANGERS]
    return dice.choice(dice.choices(sources, [50, 30, 8, 6, 6])[0])


def gnutls(seed: int, count: int) -> list[str]:
    """Return random priority strings of GnuTLS."""
    dice = random.Random(seed)
    return [_gnutls_string(dice) for _number in range(count)]


def _gnutls_string(dice: random.Random) -> str:
    begin = dice.choices([_BASE, ["NONE"], [dice.choice(list(LEVELS))], []], [25, 4, 67, 4])[0]
    words = [*begin, *[_gnutls_word(dice) for _number in range(dice.choice([0, 1, 1, 2, 3, 4, 6, 9]))]]
    text = ":".join(words)
    return text.replace(":", ": ", 1) if dice.random() < 0.02 else text


def _gnutls_word(dice: random.Random) -> str:
    singles = sorted({*list_single_words((3, 7)), *list_single_words((3, 8))})
    kind = dice.random()
    sign = dice.choice("+-!+-")
    if kind < 0.45:
        return sign + dice.choice(_COMMON_WORDS)
    if kind < 0.75:
        return sign + dice.choice(singles)
    if kind < 0.84:
        return sign + dice.choice(BULKS).prefix
    if kind < 0.89:
        return "%" + dice.choice(sorted(list_options((3, 8))))
    if kind < 0.94:
        return dice.choice(["", "+", "+"]) + dice.choice(list(LEVELS))
    if kind < 0.98:
        return sign + dice.choice([*sorted(ACCEPTED_WORDS), "COMP-DEFLATE", "CTYPE-OPENPGP", "rsa", "vers-all"])
    return dice.choice(["+BOGUS", "%FOO", "NONE", "RSA", "", "+", "@X", "+VERS-SSL2.0", "-NORMAL", "+GROUP-MLKEM768"])
