# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the settings in an Apache configuration that would defeat a policy.

A virtual host with its own ``SSLProtocol`` or ``SSLCipherSuite`` is not bound by what
the server level says; nor is a directory, nor anything that is read later at server
level.  Each such directive is judged by what it would allow: one that is as strict as
the policy is no problem.  One that holds a word of unknown meaning is named as well.
(Apache HTTP Server 2.4 documentation: mod_ssl, mod_headers; OpenSSL: SSL_CONF_cmd(3);
RFC 6797 section 6.1.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import Setting

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


def audit(settings: Sequence[Mapping[str, Any]], policy: Policy, expand: Expand) -> list[dict[str, Any]]:
    """Return those of the reported settings that would defeat the policy, each with a ``sentence`` that says how.

    Args:
        settings: what ``candidates.py`` reported of the host, as plain data.
        policy: what must hold.
        expand: the cipher list expansion of the library that the daemon is linked to.
    """
    found = []
    for row in settings:
        sentence = _judge(Setting(**{**row, "arguments": tuple(row["arguments"])}), policy, expand)
        if sentence:
            found.append({**row, "sentence": sentence})
    return found


def _judge(item: Setting, policy: Policy, expand: Expand) -> Optional[str]:
    judges = {
        "sslprotocol": _judge_protocol,
        "sslciphersuite": _judge_ciphers,
        "sslopensslconfcmd": _judge_command,
        "sslverifyclient": _judge_client,
        "header": _judge_header,
    }
    if item.name in judges:
        return judges[item.name](item, policy, expand)
    value = item.arguments[0].lower() if item.arguments else ""
    if item.name == "sslcompression" and value == "on" and not policy.compression:
        return "turns TLS compression on (CRIME)"
    if item.name == "sslinsecurerenegotiation" and value == "on":
        return "allows renegotiation without RFC 5746"
    if item.name == "sslengine" and value == "off" and item.tls_port:
        return "answers in plaintext on a TLS port"
    return None


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


def _judge_protocol(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    return _judge_versions(protocols_of(item.arguments), policy)


def _judge_versions(found: tuple[tuple[str, ...], tuple[str, ...]], policy: Policy) -> Optional[str]:
    versions, unknown = found
    extra = [version for version in versions if version not in policy.protocols]
    if unknown:
        return f"names {', '.join(unknown)}, which is no protocol that is known here, so it cannot be judged"
    return f"allows {', '.join(extra)}" if extra else None


def _judge_ciphers(item: Setting, policy: Policy, expand: Expand) -> Optional[str]:
    words = item.arguments
    if len(words) > 1 and words[0].lower() == "tlsv1.3":
        return _beyond(words[1].split(":"), policy)
    text = words[-1] if words else ""
    return _judge_list(text, policy, expand)


def _judge_list(text: str, policy: Policy, expand: Expand) -> Optional[str]:
    level = re.search(r"@SECLEVEL=([0-9]+)", text)
    if level and int(level.group(1)) < policy.openssl_seclevel:
        return f"lowers OpenSSL's security level to {level.group(1)}"
    try:
        return _beyond(expand(text), policy)
    except IntransitError as error:
        return f"is not a cipher list that the library takes ({error.message})"


def _beyond(suites: Sequence[str], policy: Policy) -> Optional[str]:
    allowed = set(policy.suites) | set(policy.also_allowed.ok) | set(policy.also_allowed.phase_out)
    extra = [suite for suite in suites if suite not in allowed]
    if not extra:
        return None
    named = ", ".join(extra[:3]) + (f" and {len(extra) - 3} more" if len(extra) > 3 else "")
    return f"allows {named}"


def _judge_command(item: Setting, policy: Policy, expand: Expand) -> Optional[str]:
    """Judge an SSL_CONF_cmd(3); OpenSSL takes spaces around the items of a list."""
    if len(item.arguments) < 2:
        return None
    name, value = item.arguments[0].lower(), item.arguments[1].strip()
    items = [word.strip() for word in value.split(",")]
    if name == "minprotocol":
        version = _SPELLINGS.get(value.lower())
        older = version is None or _VERSIONS.index(version) < _VERSIONS.index(policy.min_protocol)
        return f"lowers the oldest protocol to {value}" if older else None
    if name == "protocol":
        return _judge_versions(protocols_of(items, unsigned_replaces=False), policy)
    if name == "cipherstring":
        return _judge_list(value, policy, expand)
    if name == "ciphersuites":
        return _beyond([suite.strip() for suite in value.split(":")], policy)
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


def _judge_client(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    ranks = {"none": 0, "optional_no_ca": 0, "optional": 1, "require": 2}
    wanted = {"none": 0, "optional": 1, "required": 2}[policy.client_certificate]
    value = item.arguments[0].lower() if item.arguments else ""
    if ranks.get(value, 0) >= wanted:
        return None
    return f"asks less of client certificates ({value}) than the policy ({policy.client_certificate})"


def _judge_header(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    words = [word for word in item.arguments if word.lower() not in ("always", "onsuccess")]
    if len(words) < 2 or words[1].lower() != "strict-transport-security" or policy.hsts.min_max_age is None:
        return None
    if words[0].lower() == "unset":
        return "takes HSTS out"
    age = re.search(r"max-age\s*=\s*\"?(\d+)", words[2] if len(words) > 2 else "", re.I)
    if age is None or int(age.group(1)) < policy.hsts.min_max_age:
        return f"shortens HSTS to {age.group(1) if age else 'no'} s"
    return None
