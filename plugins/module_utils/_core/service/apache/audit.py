# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the settings of others in an Apache configuration that would defeat a policy.

A virtual host with its own ``SSLProtocol`` or ``SSLCipherSuite`` is not bound by what
the server level says; nor is a directory, nor anything that is read later at server
level.  Each such directive is judged by what it would allow, not by being there: one
that is as strict as the policy is nobody's problem.
(Apache HTTP Server 2.4 documentation: mod_ssl, mod_headers; RFC 6797 section 6.1.)
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig, Directive

_CONF = re.compile(r"/conf-(?:enabled|available)/[^/]+\Z")

Expand = Callable[[str], Sequence[str]]
"""Takes an OpenSSL cipher list, returns IANA names of TLS 1.2 and older; raises IntransitError on an invalid one."""

_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_SPELLINGS = {version.lower(): version for version in _VERSIONS}
_OPENSSL_GROUPS = {
    "p-256": "secp256r1", "prime256v1": "secp256r1", "p-384": "secp384r1", "p-521": "secp521r1",
}


@dataclass(frozen=True)
class Override:
    """One directive of somebody else that would defeat the policy."""

    file: str
    line: int
    text: str
    directive: str
    where: str
    """The virtual host or section it stands in, as a person would name it."""
    sentence: str
    """What it would allow."""
    vhost: Optional[str] = None
    """``file:line`` of the virtual host it stands in, None at server level."""

    def to_dict(self) -> Dict[str, Any]:
        """Plain data."""
        return asdict(self)


def audit(config: ApacheConfig, policy: Policy, expand: Expand, own_files: Sequence[str]) -> List[Override]:
    """Return every override, in the order in which the daemon reads them.

    Args:
        config: the whole configuration.
        policy: what must hold.
        expand: the cipher list expansion of the library that the daemon is linked to.
        own_files: files that we write; what they say is not an override.
    """
    found: List[Override] = []
    for item in _later_or_inner(config, own_files):
        sentence = _judge(item, policy, expand, config)
        if sentence:
            host = item.vhost
            vhost = None if host is None else "%s:%d" % (host.file, host.line)
            found.append(Override(item.file, item.line, item.text, item.name, _where(item), sentence, vhost))
    return found


def _later_or_inner(config: ApacheConfig, own_files: Sequence[str]) -> Iterator[Directive]:
    """Yield what can override us: everything inside a section, and the server level once ours is read."""
    place = _our_place(config, own_files)
    for index, item in enumerate(config.directives):
        if item.file not in own_files and (item.scope or index > place):
            yield item


def _our_place(config: ApacheConfig, own_files: Sequence[str]) -> int:
    """Return the index at which our server level is read, or will be once it is there.

    It will be among the files of conf-enabled, by name; where nothing includes those,
    everything at server level is taken as later.
    """
    for index, item in enumerate(config.directives):
        if item.file in own_files:
            return index
    names = [posixpath.basename(path) for path in own_files if "/conf-available/" in path]
    place = -1
    place = -1
    for index, item in enumerate(config.directives):
        included_here = item.name == "includeoptional" and item.arguments[:1] == ("conf-enabled/*.conf",)
        ours_behind = bool(names) and bool(_CONF.search(item.file)) and posixpath.basename(item.file) < names[0]
        if included_here or (place >= 0 and ours_behind):
            place = index
    return place


def _where(item: Directive) -> str:
    host = item.vhost
    inner = item.scope[-1] if item.scope else None
    if inner is None:
        return "server level"
    named = "<%s %s>" % (inner.name, inner.argument)
    return named if host is None or inner is host else "%s in <virtualhost %s>" % (named, host.argument)


def _judge(item: Directive, policy: Policy, expand: Expand, config: ApacheConfig) -> Optional[str]:
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
    if item.name == "sslengine" and value == "off" and _tls_port(item, config):
        return "answers in plaintext on a TLS port"
    return None


def _tls_port(item: Directive, config: ApacheConfig) -> bool:
    tls = {listen.port for listen in config.listens() if listen.protocol == "https"}
    host = next((host for host in config.vhosts if host.section is item.vhost), None)
    return host is not None and bool(tls & set(host.ports))


def protocols_of(words: Sequence[str]) -> Tuple[str, ...]:
    """Return the versions that an SSLProtocol line leaves on, oldest first.

    A word without a sign replaces everything before it, as the daemon does (AH02532).
    """
    on: Set[str] = set()
    for word in words:
        sign, name = (word[0], word[1:]) if word[:1] in "+-" else ("", word)
        named = set(_VERSIONS) if name.lower() == "all" else {_SPELLINGS.get(name.lower(), name)}
        on = on | named if sign == "+" else on - named if sign == "-" else named
    return tuple(version for version in _VERSIONS if version in on)


def _judge_protocol(item: Directive, policy: Policy, _expand: Expand) -> Optional[str]:
    extra = [version for version in protocols_of(item.arguments) if version not in policy.protocols]
    return "allows %s" % ", ".join(extra) if extra else None


def _judge_ciphers(item: Directive, policy: Policy, expand: Expand) -> Optional[str]:
    words = item.arguments
    if len(words) > 1 and words[0].lower() == "tlsv1.3":
        return _beyond(words[1].split(":"), policy)
    text = words[-1] if words else ""
    return _judge_list(text, policy, expand)


def _judge_list(text: str, policy: Policy, expand: Expand) -> Optional[str]:
    level = re.search(r"@SECLEVEL=([0-9]+)", text)
    if level and int(level.group(1)) < policy.openssl_seclevel:
        return "lowers OpenSSL's security level to %s" % level.group(1)
    try:
        return _beyond(expand(text), policy)
    except IntransitError as error:
        return "is not a cipher list that the library takes (%s)" % error.message


def _beyond(suites: Sequence[str], policy: Policy) -> Optional[str]:
    allowed = set(policy.suites) | set(policy.also_allowed.ok) | set(policy.also_allowed.phase_out)
    extra = [suite for suite in suites if suite not in allowed]
    if not extra:
        return None
    named = ", ".join(extra[:3]) + (" and %d more" % (len(extra) - 3) if len(extra) > 3 else "")
    return "allows %s" % named


def _judge_command(item: Directive, policy: Policy, expand: Expand) -> Optional[str]:
    if len(item.arguments) < 2:
        return None
    name, value = item.arguments[0].lower(), item.arguments[1]
    if name == "minprotocol":
        version = _SPELLINGS.get(value.lower())
        older = version is None or _VERSIONS.index(version) < _VERSIONS.index(policy.min_protocol)
        return "lowers the oldest protocol to %s" % value if older else None
    if name == "protocol":
        return _judge_protocol(replace(item, arguments=tuple(value.split(","))), policy, expand)
    if name == "cipherstring":
        return _judge_list(value, policy, expand)
    if name == "ciphersuites":
        return _beyond(value.split(":"), policy)
    if name in ("groups", "curves"):
        asked = [group.strip("?*") for group in re.split(r"[:/]", value)]
        names = [_OPENSSL_GROUPS.get(group.lower(), group) for group in asked]
        known = {group.lower() for group in policy.groups}
        extra = [group for group in names if group.lower() not in known]
        return "allows the groups %s" % ", ".join(extra) if extra else None
    if name == "options" and re.search(r"UnsafeLegacy|(?<!-)Compression|UnsafeClientRenegotiation", value, re.I):
        return "turns %s on" % value
    return None


def _judge_client(item: Directive, policy: Policy, _expand: Expand) -> Optional[str]:
    ranks = {"none": 0, "optional_no_ca": 0, "optional": 1, "require": 2}
    wanted = {"none": 0, "optional": 1, "required": 2}[policy.client_certificate]
    value = item.arguments[0].lower() if item.arguments else ""
    if ranks.get(value, 0) >= wanted:
        return None
    return "asks less of client certificates (%s) than the policy (%s)" % (value, policy.client_certificate)


def _judge_header(item: Directive, policy: Policy, _expand: Expand) -> Optional[str]:
    words = [word for word in item.arguments if word.lower() not in ("always", "onsuccess")]
    if len(words) < 2 or words[1].lower() != "strict-transport-security" or policy.hsts.min_max_age is None:
        return None
    if words[0].lower() == "unset":
        return "takes HSTS out"
    age = re.search(r"max-age\s*=\s*\"?(\d+)", words[2] if len(words) > 2 else "", re.I)
    if age is None or int(age.group(1)) < policy.hsts.min_max_age:
        return "shortens HSTS to %s s" % (age.group(1) if age else "no")
    return None
