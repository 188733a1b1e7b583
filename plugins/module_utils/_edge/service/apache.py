# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Apache on this host is configured with, as far as TLS and our roles are concerned."""

from __future__ import annotations

import glob
import os
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.audit import audit
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    VirtualHost,
    read_config,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.facts import SERVICES
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host

ROOT = "/etc/apache2"
_SIZE_LIMIT = 4 * 1024 * 1024


def describe(policy: Optional[Policy], own_files: Sequence[str], root: str = ROOT) -> Dict[str, Any]:
    """Return ``vhosts``, ``listens``, ``modules``, ``overrides``, ``problems`` of the configuration on the disk.

    Args:
        policy: what must hold; without one nothing is judged and ``overrides`` is empty.
        own_files: files that our roles write; their virtual hosts are not reported.
        root: the configuration's folder.
    """
    config = configuration(root)
    own = {os.path.realpath(path) for path in own_files}
    overrides = [] if policy is None else audit(config, policy, _expand, tuple(own))
    return {
        "vhosts": [_vhost(item, config) for item in config.vhosts if item.section.file not in own],
        "listens": [
            {"address": item.address, "port": item.port, "protocol": item.protocol,
             "file": item.directive.file, "line": item.directive.line, "text": item.directive.text}
            for item in config.listens() if item.directive.file not in own
        ],
        "modules": sorted(os.path.basename(path)[: -len(".load")] for path in glob.glob(root + "/mods-enabled/*.load")),
        "overrides": [item.to_dict() for item in overrides],
        "problems": list(config.problems),
    }


def configuration(root: str = ROOT) -> ApacheConfig:
    """Return the configuration on the disk, in the order in which Apache reads it."""
    return read_config(os.path.join(root, "apache2.conf"), root, _read)


def _vhost(item: VirtualHost, config: ApacheConfig) -> Dict[str, Any]:
    tls_ports = {item.port for item in config.listens() if item.protocol == "https"} | {443}
    tls = item.ssl_engine in ("on", "optional") or (item.ssl_engine is None and bool(tls_ports & set(item.ports)))
    return {
        "file": item.section.file,
        "line": item.section.line,
        "addresses": list(item.addresses),
        "ports": list(item.ports),
        "server_name": item.server_name,
        "aliases": list(item.aliases),
        "document_root": item.document_root,
        "ssl_engine": item.ssl_engine,
        "tls": tls,
    }


def _read(pattern: str) -> Sequence[Tuple[str, str]]:
    """Return (real path, text) of every file that an Include names; a folder means all below it."""
    paths = sorted(glob.glob(pattern))
    found: List[Tuple[str, str]] = []
    for path in paths:
        if os.path.isdir(path):
            found += _read(os.path.join(path, "*"))
        elif os.path.isfile(path) and os.path.getsize(path) <= _SIZE_LIMIT:
            # The real path, so that a link in sites-enabled and its file are one thing.
            with open(path, encoding="utf-8", errors="surrogateescape") as stream:
                found.append((os.path.realpath(path), stream.read()))
    return found


def _expand(text: str) -> Sequence[str]:
    """Return the IANA names of TLS 1.2 and older that mod_ssl's library makes of a cipher list.

    Raises:
        DialectError: it takes no suite from it.
    """
    library = host.linked_library(SERVICES["apache"].tls_objects)
    expansion = expand_openssl(text, library.version if library else "3.0")
    if expansion.error:
        raise DialectError(expansion.error)
    return [suite.iana for suite in expansion.suites if suite.min_protocol != "TLSv1.3"]
