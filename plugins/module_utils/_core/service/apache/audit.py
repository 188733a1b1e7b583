# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find the settings in an Apache configuration that would defeat a policy.

A virtual host with its own ``SSLProtocol`` or ``SSLCipherSuite`` is not bound by what
the server level says; nor is a directory, nor anything that is read later at server
level.  Each such directive is judged by what it would allow: one that is as strict as
the policy is accepted.
(Apache HTTP Server 2.4 documentation: mod_ssl, mod_headers.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import Setting
from ansible_collections.intransit.tls.plugins.module_utils._core.service.overrides import (
    Expand,
    judge_client,
    judge_command,
    judge_hsts,
    judge_list,
    judge_versions,
    list_beyond,
    protocols_of,
)


def judge_settings(settings: Sequence[Mapping[str, Any]], policy: Policy, expand: Expand) -> list[dict[str, Any]]:
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


def _judge_protocol(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    return judge_versions(protocols_of(item.arguments), policy)


def _judge_ciphers(item: Setting, policy: Policy, expand: Expand) -> Optional[str]:
    words = item.arguments
    if len(words) > 1 and words[0].lower() == "tlsv1.3":
        return list_beyond(words[1].split(":"), policy)
    text = words[-1] if words else ""
    return judge_list(text, policy, expand)


def _judge_command(item: Setting, policy: Policy, expand: Expand) -> Optional[str]:
    return judge_command(item.arguments, policy, expand)


def _judge_client(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    value = item.arguments[0].lower() if item.arguments else ""
    return judge_client({"optional": 1, "require": 2}.get(value, 0), value, policy)


def _judge_header(item: Setting, policy: Policy, _expand: Expand) -> Optional[str]:
    words = [word for word in item.arguments if word.lower() not in ("always", "onsuccess")]
    if len(words) < 2 or words[1].lower() != "strict-transport-security" or policy.hsts.min_max_age is None:
        return None
    return "takes HSTS out" if words[0].lower() == "unset" else judge_hsts(words[2] if len(words) > 2 else "", policy)
