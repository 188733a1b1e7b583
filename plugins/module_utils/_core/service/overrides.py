# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge a setting outside of a role by what it would allow, for every daemon that speaks OpenSSL's language.

A setting that is as strict as the policy is accepted.  One that holds a word of unknown meaning is named as well.
(OpenSSL: SSL_CONF_cmd(3), ciphers(1); RFC 6797 section 6.1.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy

Expand = Callable[[str], Sequence[str]]
"""Takes an OpenSSL cipher list, returns IANA names of TLS 1.2 and older; raises IntransitError on an invalid one."""

_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_SPELLINGS = {version.lower(): version for version in _VERSIONS}
_NEVER_SPOKEN = ("sslv2", "dtlsv1", "dtlsv1.2")
_UNSAFE = re.compile(r"UnsafeLegacy|Compression|UnsafeClientRenegotiation", re.IGNORECASE)
_WEAK_HASH = re.compile(r"sha1\Z|sha224|md5", re.IGNORECASE)
_NEUTRAL = (
    "maxprotocol", "ecdhparameters", "dhparameters", "certificate",
    "privatekey", "chaincafile", "chaincapath", "verifycafile", "verifycapath", "requestcafile", "clientcafile",
    "requestcapath", "clientcapath", "serverinfofile", "recordpadding", "numtickets", "rxcertificatecompression",
    "txcertificatecompression",
)
_OPENSSL_GROUPS = {
    "p-256": "secp256r1", "prime256v1": "secp256r1", "p-384": "secp384r1", "p-521": "secp521r1",
}


def protocols_of(words: Sequence[str], unsigned_replaces: bool = True) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the versions that a list leaves on, oldest first, and the words of it that are no version.

    In SSLProtocol a word without a sign replaces everything before it (AH02532); in a list of OpenSSL
    (``unsigned_replaces`` false) it adds.  DTLS and SSLv2 are known and are never spoken.
    """
    on: set[str] = set()
    unknown: list[str] = []
    for word in words:
        sign, name = (word[0], word[1:]) if word[:1] in ("+", "-") else ("", word)
        lower = name.lower()
        if lower != "all" and lower not in _SPELLINGS:
            unknown += [] if lower in _NEVER_SPOKEN else [word]
            named: set[str] = set()
        else:
            named = set(_VERSIONS) if lower == "all" else {_SPELLINGS[lower]}
        if sign == "-":
            on -= named
        else:
            on = on | named if sign == "+" or not unsigned_replaces else named
    return tuple(version for version in _VERSIONS if version in on), tuple(unknown)


def judge_versions(found: tuple[tuple[str, ...], tuple[str, ...]], policy: Policy) -> Optional[str]:
    """Return what is wrong with what ``protocols_of`` found, None if nothing."""
    versions, unknown = found
    extra = [version for version in versions if version not in policy.protocols]
    if unknown:
        return f"names {', '.join(unknown)}, which is not a known protocol, so it cannot be judged"
    return f"allows {', '.join(extra)}" if extra else None


def judge_list(text: str, policy: Policy, expand: Expand) -> Optional[str]:
    """Return what is wrong with an OpenSSL cipher list, None if nothing."""
    level = re.search(r"@SECLEVEL=([0-9]+)", text)
    if level and int(level.group(1)) < policy.openssl_seclevel:
        return f"lowers OpenSSL's security level to {level.group(1)}"
    try:
        return list_beyond(expand(text), policy)
    except IntransitError as error:
        return f"is not a cipher list that the library takes ({error.message})"


def list_beyond(suites: Sequence[str], policy: Policy) -> Optional[str]:
    """Return which of these suites the policy does not allow, in words; None if it allows all."""
    allowed = set(policy.suites) | set(policy.also_allowed.ok) | set(policy.also_allowed.phase_out)
    extra = [suite for suite in suites if suite not in allowed]
    if not extra:
        return None
    named = ", ".join(extra[:3]) + (f" and {len(extra) - 3} more" if len(extra) > 3 else "")
    return f"allows {named}"


def judge_command(arguments: Sequence[str], policy: Policy, expand: Expand) -> Optional[str]:
    """Judge an SSL_CONF_cmd(3); OpenSSL takes spaces around the items of a list."""
    if len(arguments) < 2:
        return None
    name, value = arguments[0].lower(), arguments[1].strip()
    items = [word.strip() for word in value.split(",")]
    if name == "minprotocol":
        version = _SPELLINGS.get(value.lower())
        older = version is None or _VERSIONS.index(version) < _VERSIONS.index(policy.min_protocol)
        return f"lowers the oldest protocol to {value}" if older else None
    if name == "protocol":
        return judge_versions(protocols_of(items, unsigned_replaces=False), policy)
    if name == "cipherstring":
        return judge_list(value, policy, expand)
    if name == "ciphersuites":
        return list_beyond([suite.strip() for suite in value.split(":")], policy)
    if name in ("groups", "curves"):
        asked = [group.strip().strip("?*") for group in re.split(r"[:/]", value)]
        names = [_OPENSSL_GROUPS.get(group.lower(), group) for group in asked]
        known = {group.lower() for group in policy.groups}
        extra = [group for group in names if group.lower() not in known]
        return f"allows the groups {', '.join(extra)}" if extra else None
    if name in ("signaturealgorithms", "clientsignaturealgorithms"):
        weak = [scheme for scheme in re.split(r"[:\s]+", value) if _WEAK_HASH.search(scheme)]
        return f"allows the signature schemes {', '.join(weak)}" if weak else None
    if name == "options":
        on = [word for word in items if not word.startswith("-") and _UNSAFE.search(word)]
        return f"turns {', '.join(on)} on" if on else None
    # What is neither judged nor known to be without effect on what the policy says.
    return None if name in _NEUTRAL else "is a setting of OpenSSL that cannot be judged here"


def judge_client(asked: int, value: str, policy: Policy) -> Optional[str]:
    """Judge what is asked of client certificates: 0 nothing, 1 that one that is shown is good, 2 that there is one."""
    if asked >= {"none": 0, "optional": 1, "required": 2}[policy.client_certificate]:
        return None
    return f"asks less of client certificates ({value}) than the policy ({policy.client_certificate})"


def judge_hsts(value: str, policy: Policy) -> Optional[str]:
    """Judge the value of a Strict-Transport-Security header."""
    if policy.hsts.min_max_age is None:
        return None
    age = re.search(r"max-age\s*=\s*\"?(\d+)", value, re.I)
    if age is None or int(age.group(1)) < policy.hsts.min_max_age:
        return f"shortens HSTS to {age.group(1) if age else 'no'} s"
    return None


def judge(kind: str, words: Sequence[str], policy: Policy, version: str) -> Optional[str]:
    """Judge a setting by its kind: ``protocols`` (a word for each), ``ciphers``, ``groups``, ``command`` or ``hsts``.

    Args:
        kind: what the setting sets; a last word of ``on``, ``optional`` or another one tells ``client`` certificates.
        words: its values.
        policy: what must hold.
        version: of the OpenSSL that the daemon is linked to.
    """
    if kind == "protocols":
        return judge_versions(protocols_of(words, unsigned_replaces=False), policy)
    if kind == "client":
        return judge_client({"on": 2, "optional": 1}.get(words[-1], 0), words[-1], policy)
    if kind == "hsts":
        return judge_hsts(" ".join(words), policy)
    if kind == "ciphers":
        return judge_list(words[-1], policy, expansion_of(version))
    return judge_command(["Groups", words[-1]] if kind == "groups" else words, policy, expansion_of(version))


def expansion_of(version: str) -> Expand:
    """Return the expansion of cipher lists by this version of OpenSSL: suites of TLS 1.2 and older, by IANA names."""

    def expand(text: str) -> list[str]:
        expansion = expand_openssl(text, version)
        if expansion.error:
            raise DialectError(expansion.error)
        return [suite.iana for suite in expansion.suites if suite.min_protocol != "TLSv1.3"]

    return expand
