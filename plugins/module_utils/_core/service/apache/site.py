# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The TLS site of a plain virtual host: the same content, made of what Apache itself printed.

A site is more than its folder: proxies, aliases, rights, applications.  So the body of the plain virtual host is
taken as Apache reads it, with macros, includes and variables resolved.  Left out is only what cannot be said twice or
would send a visitor in circles: its name (said anew), its own TLS settings, redirects to itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    Block,
    Directive,
    Place,
    VirtualHost,
    split_words,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.redirects import find_circles

_VARIABLE = re.compile(r"\$\{([^}:]*)\}")
_KEPT_OF_TLS = ("sslrequiressl", "sslrequire", "ssloptions", "sslusername")
"""Directives of mod_ssl that restrict access or serve applications; all others of a plain site are settings of TLS."""
_ONCE = "wsgidaemonprocess"
"""A group of processes exists once; sites of the same name share it (mod_wsgi, WSGIProcessGroup)."""
_NAMELESS = "site.invalid"


def write_tls_site(
        host: VirtualHost, config: ApacheConfig, addresses: Sequence[str], server_name: str, head: str,
        replaced: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the virtual host that serves over TLS what a plain one serves.

    Args:
        host: the plain virtual host.
        config: the configuration that it is part of.
        addresses: of the TLS site, such as ``*:443``.
        server_name: its name.
        head: its TLS settings, one directive a line.
        replaced: parts of lines that are written anew: ``file``, ``line``, ``text`` and ``instead``.

    Raises:
        TransactionError: it cannot be told whether it would be the same site.
    """
    doubts = find_unclear(host, config, server_name)
    if doubts:
        raise TransactionError(f"No TLS site can be made from {host.section.place}: {' '.join(doubts)}")
    left_out = find_circles(host.block.children, _names(host, server_name)).left_out
    lines = [f"<VirtualHost {' '.join(addresses)}>", f"  ServerName {server_name}"]
    lines += ["  " + setting for setting in head.strip().splitlines()]
    lines += _lines(host.block.children, left_out, "  ", {
        (row["file"], row["line"], row["text"]): row["instead"] for row in replaced})
    return "\n".join([*lines, "</VirtualHost>"]) + "\n"


def find_unclear(host: VirtualHost, config: ApacheConfig, server_name: str = "") -> list[str]:
    """Return why it cannot be told what a TLS site made from this one would serve; sentences with file and line."""
    names = _names(host, server_name)
    found = list(find_circles(host.block.children, names).doubts)
    # A rule of mod_rewrite at server level is for the server alone; redirects and sections are inherited.
    server = [item for item in config.server if isinstance(item, Block) or item.name != "rewriterule"]
    inherited = find_circles(server, names)
    found += inherited.doubts
    found += [f"{item.place}: `{item.text}` is for all sites and leads back to this one."
              for item in inherited.left_out if item.name != "rewritecond"]
    managed = list_managed_names(config)
    found += [f"{managed[name]}: `MDomain` has mod_md obtain the certificate of {name}, and a TLS site made from this "
              "one would serve another." for name in dict.fromkeys(name.lower() for name in names) if name in managed]
    for item in host.block.directives():
        variables = _VARIABLE.findall(item.text)
        if variables:
            found.append(f"{item.place}: `{_word(item)}` uses ${{{variables[0]}}}, which has no value there.")
        if item.name == _ONCE and host.server_name is None:
            found.append(
                f"{item.place}: `{_word(item)}` belongs to a site without ServerName, so that a TLS site cannot use "
                "it.")
    return found


def list_managed_names(config: ApacheConfig) -> dict[str, Place]:
    """Return the names whose certificate mod_md obtains, in lower case, with the place that says so."""
    found: dict[str, Place] = {}
    for item in config.server:
        if isinstance(item, Block):
            name, words, place = item.section.name, tuple(split_words(item.section.argument)), item.section.place
        else:
            name, words, place = item.name, item.arguments, item.place
        if name in ("mdomain", "mdomainset"):
            found.update({word.lower(): place for word in words if word.lower() not in ("auto", "manual")})
    return found


def _word(item: Directive) -> str:
    """Return the directive's own word; what follows it may be a password."""
    return item.text.split(None, 1)[0]


def _names(host: VirtualHost, server_name: str) -> list[str]:
    return [host.server_name or server_name or _NAMELESS, *([server_name] if server_name else []), *host.aliases]


def _lines(
        children: Sequence[Union[Directive, Block]], left_out: Sequence[Directive], indent: str,
        replaced: Mapping[tuple[str, int, str], str]) -> list[str]:
    lines: list[str] = []
    for child in children:
        if isinstance(child, Block):
            inner = _lines(child.children, left_out, indent + "  ", replaced)
            lines += [indent + child.section.text, *inner, f"{indent}</{_tag(child.section.text)}>"]
        elif child not in left_out and not _said_anew(child):
            text = child.text
            for (file, line, part), instead in replaced.items():
                text = text.replace(part, instead) if (file, line) == (child.file, child.line) else text
            lines.append(indent + text)
    return lines


def _said_anew(item: Directive) -> bool:
    tls = item.name.startswith("ssl") and item.name not in _KEPT_OF_TLS
    return tls or item.name in ("servername", _ONCE)


def _tag(opening: str) -> str:
    return opening[1:].split(maxsplit=1)[0].rstrip(">")
