# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The judgement of a cipher string as plain data: what ``cipher_list_info`` returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.judge import (
    FORBIDDEN,
    UNCONTROLLED,
    Compliance,
    find_flaws,
    is_decided,
    judge,
    judge_suites,
    list_controls,
    list_notes,
    suggest,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.weakness import (
    SEVERITIES,
    WEAKNESSES,
    find_weaknesses,
    severity_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import (
    expand,
    read_library_version,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import (
    IGNORED,
    NO_OP,
    UNKNOWN,
    Expansion,
    Token,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite


def report(expansion: Expansion, policy: Policy, others: Sequence[Policy] = ()) -> dict[str, Any]:
    """Return everything about one expanded string.

    Args:
        expansion: the string, taken apart.
        policy: the one that ``compliant``, ``verdict`` and ``suggestion`` go by.
        others: more policies for ``compliance``, where ``policy`` comes first.
    """
    what = is_decided(expansion)
    policies = [policy, *(other for other in others if other != policy)]
    compliance = [_plain(judge(expansion, one, what)) for one in policies]
    compliant = bool(compliance[0]["compliant"])
    suites = [_suite(suite, expansion, policy) for suite in expansion.suites]
    return {
        "language": expansion.language,
        "version": "{}.{}".format(*expansion.version),
        "error": expansion.error,
        "suites": suites,
        "severity": max((suite["severity"] for suite in suites), key=SEVERITIES.index, default="ok"),
        "reasons": _legend(suites),
        "unknown_tokens": _tokens(expansion.with_effect(UNKNOWN)),
        "ignored_tokens": _tokens(expansion.with_effect(IGNORED, NO_OP)),
        "seclevel": expansion.seclevel,
        "controls": asdict(expansion.controls),
        "protocols": _optional_list(expansion.protocols),
        "groups": _optional_list(expansion.groups),
        "signature_schemes": _optional_list(expansion.signature_schemes),
        "options": list(expansion.options),
        "notes": list(list_notes(expansion)),
        "compliant": compliant,
        "compliance": compliance,
        "suggestion": None if compliant and not find_flaws(expansion) else suggest(expansion, policy),
    }


def find_difference(text: str, language: str, versions: Sequence[str]) -> dict[str, Any]:
    """Return how the same string differs between versions of the library.

    Keys: ``releases``, one entry per version with ``release``, ``version``, ``error`` and
    ``suites``; ``same_suites``; ``same_order``; ``only_in``, suites by the version that
    has them while another has not.
    """
    expanded = [(name, expand(text, language, read_library_version(name, language))) for name in versions]
    names = [[suite.iana for suite in expansion.suites] for _name, expansion in expanded]
    everywhere = set(names[0]).intersection(*names[1:]) if names else set()
    return {
        "releases": [
            {
                "release": name,
                "version": "{}.{}".format(*expansion.version),
                "error": expansion.error,
                "suites": [suite.iana for suite in expansion.suites],
            }
            for name, expansion in expanded
        ],
        "same_suites": all(set(one) == everywhere for one in names),
        "same_order": all(one == names[0] for one in names),
        "only_in": {
            name: [suite for suite in one if suite not in everywhere]
            for (name, _expansion), one in zip(expanded, names)
        },
    }


def _suite(suite: Suite, expansion: Expansion, policy: Policy) -> dict[str, Any]:
    verdict = judge_suites(policy).get(suite.iana, FORBIDDEN) if list_controls(expansion, suite) else UNCONTROLLED
    return {**_described(suite), "verdict": verdict}


@cache
def _described(suite: Suite) -> Mapping[str, Any]:
    return {
        "name": suite.iana,
        "code_point": f"0x{suite.code_point:04x}",
        "openssl": suite.openssl,
        "gnutls": suite.gnutls,
        "protocol": suite.min_protocol,
        "kx": suite.kx,
        "auth": suite.auth,
        "cipher": suite.cipher,
        "bits": suite.bits,
        "mac": suite.mac,
        "aead": suite.aead,
        "forward_secrecy": suite.forward_secrecy,
        "severity": severity_of(suite),
        "reasons": [weakness.code for weakness in find_weaknesses(suite)],
    }


def _legend(suites: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the reason codes of these suites mean, worst first."""
    used = {code for suite in suites for code in suite["reasons"]}
    return {
        code: {"severity": weakness.severity, "sentence": weakness.sentence, "sources": list(weakness.sources)}
        for code, weakness in WEAKNESSES.items()
        if code in used
    }


def _tokens(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    return [
        {
            "token": token.text,
            "position": token.position,
            "offset": token.offset,
            "effect": token.effect,
            "detail": token.detail,
        }
        for token in tokens
    ]


def _plain(compliance: Compliance) -> dict[str, Any]:
    values = ((field.name, getattr(compliance, field.name)) for field in fields(compliance))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def _optional_list(values: Optional[tuple[str, ...]]) -> Optional[list[str]]:
    return None if values is None else list(values)
