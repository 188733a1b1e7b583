# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `service_info` reports of an Apache configuration: plain facts, nothing secret in them."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import (
    OWN_FILES,
    find_candidates,
    is_own,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig, VirtualHost
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.site import find_unclear

_FRONT = re.compile(
    r"\b(?:x-forwarded-(?:proto\w*|ssl|scheme|port)|x-scheme|front-end-https|cf-visitor)\b", re.IGNORECASE)
_BEHIND = ("requestheader", "header", "proxypass", "logformat", "customlog")
"""Directives in which such a header is one that Apache sends or writes down, not one that it believes."""


def describe_seen(config: ApacheConfig) -> dict[str, Any]:
    """Return ``vhosts``, ``document_root`` (of the server), ``listens``, ``tls_settings`` and ``problems``.

    What our own files hold is not reported.
    """
    return {
        "vhosts": [_vhost(host, config) for host in config.vhosts if not is_own(host.section.place.file, OWN_FILES)],
        "document_root": config.server_word("documentroot"),
        "listens": [
            {"address": item.address, "port": item.port, "protocol": item.protocol, "file": item.directive.file,
             "line": item.directive.line, "macro": item.directive.place.macro, "text": item.directive.text}
            for item in config.listens() if not is_own(item.directive.file, OWN_FILES)
        ],
        "tls_settings": [item.to_dict() for item in find_candidates(config)],
        "problems": list(config.problems),
    }


def _vhost(host: VirtualHost, config: ApacheConfig) -> dict[str, Any]:
    place = host.section.place
    tls = config.has_tls(host)
    doubts: list[str] = [] if tls else find_unclear(host, config)
    return {
        "key": host.key,
        "file": place.file,
        "line": place.line,
        "macro": place.macro,
        "addresses": list(host.addresses),
        "ports": list(config.ports_of(host)),
        "server_name": host.server_name,
        "aliases": list(host.aliases),
        "document_root": host.document_root,
        "ssl_engine": host.ssl_engine,
        "tls": tls,
        "unclear": doubts,
        "front": find_front(host, config),
        "certificate": next((item.arguments[0] for item in host.all("sslcertificatefile") if item.arguments), ""),
    }


def find_front(host: VirtualHost, config: ApacheConfig) -> str:
    """Return the line that shows that TLS may end in front of a virtual host; empty if there is none."""
    within = host.block.directives()
    around = [item for item in config.directives if item.vhost is None]
    for item in (*within, *around):
        words = " ".join(item.arguments).lower()
        believes = item.name == "remoteipheader" or (item.name == "remoteipproxyprotocol" and words == "on")
        if believes or (_FRONT.search(item.text) and item.name not in _BEHIND):
            return f"{item.place} `{item.text.split(None, 1)[0]}`"
    return ""
