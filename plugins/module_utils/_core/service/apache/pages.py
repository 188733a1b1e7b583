# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pages of a site, other than ``/``, may be asked for to compare its TLS site with the plain one.

A request is a real one: it may start a program or reach an application.  So only those paths are taken that Apache
answers by itself: an Alias, a Redirect, and a Location that answers a request without a password with 401.  Left out
is what Apache passes on (ProxyPass, ScriptAlias, a handler): the request could have an effect, and a server behind
does not answer a test instance.  Any other Location is left out too: it may be open to requests from the host alone,
such as a job that a timer starts by its address.
(Apache HTTP Server 2.4: mod_alias; mod_authz_core; core, Location.)
"""

from __future__ import annotations

import re

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    Block,
    Directive,
    VirtualHost,
    split_words,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump

MOST = 8
"""Pages of one site."""
_PLAIN = re.compile(r"/[A-Za-z0-9._~/-]{1,200}\Z")
_REDIRECTS = ("redirect", "redirectpermanent", "redirecttemp")
_PASSED_ON = ("proxypass", "scriptalias", "wsgiscriptalias")
_HANDLED = ("proxypass", "sethandler", "action", "script")
_ANY_PATH = ("proxypassmatch", "scriptaliasmatch", "wsgiscriptaliasmatch", "action", "script", "sethandler")
"""Directives for which it cannot be told here which paths they take."""
_PASSWORDS = ("valid-user", "user", "group")
_OPENING = ("satisfy", "allow", "order", "deny", "authmerging")
"""Directives that may let a request in without a password."""


def pages_of(text: str) -> dict[str, tuple[str, ...]]:
    """Return the paths for each name of the sites in a file of TLS sites made here, names in lower case."""
    config = read_dump(f"# In file: sites\n{text}")
    return {(host.server_name or "").lower(): _pages(host) for host in config.vhosts}


def _pages(host: VirtualHost) -> tuple[str, ...]:
    items = [child for child in host.block.children if isinstance(child, Directive)]
    if any(item.name in _ANY_PATH or _rewrites_to_server(item) for item in items):
        return ()
    locations = [(_path_of(child), child) for child in host.block.children if isinstance(child, Block)]
    passed = [item.arguments[0] for item in items if item.name in _PASSED_ON and item.arguments]
    passed += [path for path, block in locations if any(item.name in _HANDLED for item in block.directives())]
    found = [path for path in map(_answered, items) if not any(_below(path, place) for place in passed)]
    found += [path for path, block in locations if _wants_password(block)]
    return tuple(dict.fromkeys(path for path in found if _PLAIN.match(path)))[:MOST]


def _answered(item: Directive) -> str:
    """Return the path that an Alias or Redirect is for, empty for any other directive."""
    if item.name == "alias" and len(item.arguments) == 2:
        return item.arguments[0]
    words = [word for word in item.arguments if word.startswith("/")] if item.name in _REDIRECTS else []
    return words[0] if words else ""


def _path_of(block: Block) -> str:
    """Return the path of a Location, empty for any other section."""
    words = split_words(block.section.argument)
    return words[0] if block.section.name == "location" and len(words) == 1 else ""


def _wants_password(block: Block) -> bool:
    """Return whether Apache answers a request without a password with 401."""
    items = block.directives()
    types = [item.arguments[0].lower() for item in items if item.name == "authtype" and item.arguments]
    required = [item.arguments[0].lower() for item in items if item.name == "require" and item.arguments]
    inner = [child.section.name for child in block.children if isinstance(child, Block)]
    return (
        bool(required) and all(word in _PASSWORDS for word in required)
        and bool(types) and all(word in ("basic", "digest") for word in types)
        and not inner and not any(item.name in _OPENING for item in items))


def _rewrites_to_server(item: Directive) -> bool:
    flags = item.arguments[2].strip("[]").lower().split(",") if len(item.arguments) > 2 else []
    return item.name == "rewriterule" and any(flag.strip() in ("p", "proxy") or flag.strip().startswith("h")
                                              for flag in flags)


def _below(path: str, place: str) -> bool:
    return bool(place) and (path == place or path.startswith(place.rstrip("/") + "/"))
