# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind Apache, as ``service_info`` reports them: by which directive, how they are reached and verified.

Of an address only scheme, host and port are reported: a path or a parameter may hold a secret.
(Apache HTTP Server 2.4: mod_proxy, mod_proxy_balancer; mod_rewrite, flag P; core, SetHandler; mod_ssl, SSLProxyVerify.)
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import REPLACED
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import OWN_FILES, is_own
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    Directive,
    Section,
    split_words,
)

SECURE = {"http": "https", "ws": "wss", "h2c": "h2"}
"""Schemes in clear text, each with its twin over TLS."""
_DIRECTIVES = ("proxypass", "proxypassmatch", "proxypassreverse", "balancermember", "rewriterule", "sethandler")
_ADDRESS = re.compile(r"(?:unix:(?P<socket>[^|]*)\|)?(?P<scheme>[a-z0-9]+)://(?P<authority>[^/?#\s\"]*)", re.IGNORECASE)
_SCHEMES = ("http", "https", "ws", "wss", "h2", "h2c", "ajp", "fcgi", "scgi", "uwsgi", "ftp")


def read_legs(config: ApacheConfig) -> model.Steps[list[dict[str, Any]]]:
    """Return every way to a server behind; ``was`` is the address that an earlier run replaced, empty if none."""
    found = list(_legs(config))
    texts: dict[str, list[str]] = {}
    for row in found:
        if row["file"] not in texts:
            texts[row["file"]] = (yield from model.read_text(row["file"])).text.split("\n")
        above = texts[row["file"]][row["line"] - 2:row["line"] - 1] if row["line"] > 1 else []
        old = above[0][len(REPLACED):] if above and above[0].startswith(REPLACED) else ""
        match = _ADDRESS.search(old)
        row["was"] = _write_url(match.groupdict()) if match else ""
    return found


def _legs(config: ApacheConfig) -> Iterator[dict[str, Any]]:
    hosts = {host.section: host for host in config.vhosts}
    for item in config.directives:
        address = _find_address(item)
        if address is None or is_own(item.file, OWN_FILES):
            continue
        host = hosts.get(item.vhost) if item.vhost else None
        url = _write_url(address)
        balancer = _balancer_of(item)
        said = _settings(config, item, balancer or url)
        yield {
            "file": item.file, "line": item.line, "macro": item.place.macro, "name": item.text.split(None, 1)[0],
            "where": _where(item), "reverse": item.name == "proxypassreverse", "url": url, "balancer": balancer,
            "socket": address["socket"] or "", "odd": "@" in address["authority"], "scheme": address["scheme"].lower(),
            **_split(address["authority"].rpartition("@")[2]), "verify": said.get("sslproxyverify", "none"),
            "peer_name": said.get("sslproxycheckpeername", "on"),
            "keeps_host": any(
                other.name == "proxypreservehost" and other.vhost in (None, item.vhost)
                and [word.lower() for word in other.arguments[:1]] == ["on"] for other in config.directives),
            "names": [host.server_name or "", *host.aliases] if host else [],
        }


def _find_address(item: Directive) -> Optional[Mapping[str, Any]]:
    if item.name not in _DIRECTIVES or (item.name == "rewriterule" and not _is_proxied(item)):
        return None
    words = item.arguments[1:2] if item.name == "rewriterule" else item.arguments
    for word in words:
        match = _ADDRESS.match(word[6:] if word.startswith("proxy:") else word)
        if match and match["scheme"].lower() in _SCHEMES:
            return match.groupdict()
    return None


def _write_url(address: Mapping[str, Any]) -> str:
    """Return scheme, host and port, without a password."""
    return f"{address['scheme'].lower()}://{address['authority'].rpartition('@')[2]}"


def _is_proxied(item: Directive) -> bool:
    flags = item.arguments[2].strip("[]").lower().split(",") if len(item.arguments) > 2 else []
    return bool({"p", "proxy"} & {flag.strip() for flag in flags})


def _split(authority: str) -> dict[str, Any]:
    match = re.fullmatch(r"(\[[^]]*\]|[^:\[\]]*)(?::(\d+))?", authority)
    host = match[1] if match else ""
    # What stands for a part of the request: $1, %{HTTP_HOST}, ${map:key}.
    return {"authority": authority, "host": "" if re.search(r"[$%]", host) else host,
            "port": (match[2] or "") if match else ""}


def _balancer_of(item: Directive) -> str:
    named = [word for word in item.arguments[:1] if word.startswith("balancer://")]
    around = [words[0] for section in item.scope if section.name == "proxy" for words in [split_words(section.argument)]
              if words and words[0].startswith("balancer://")]
    return (named or around or [""])[0] if item.name == "balancermember" else ""


def _where(item: Directive) -> str:
    inner: Optional[Section] = item.scope[-1] if item.scope else None
    return "server level" if inner is None else f"<{inner.name} {inner.argument}>"


def _settings(config: ApacheConfig, item: Directive, url: str) -> dict[str, str]:
    """Return the SSLProxy directives in force: those of the server, of the virtual host, of sections <Proxy>."""
    found: Sequence[tuple[tuple[bool, bool], str, str]] = [
        ((bool(sections), other.vhost is not None), other.name, other.arguments[0].lower())
        for other in config.directives if other.name.startswith("sslproxy") and other.arguments
        for sections in [[section for section in other.scope if section.name != "virtualhost"]]
        if other.vhost in (None, item.vhost) and not is_own(other.file, OWN_FILES)
        and all(section.name == "proxy" and _covers(section, url) for section in sections)]
    return {name: value for _rank, name, value in sorted(found, key=lambda row: row[0])}


def _covers(section: Section, url: str) -> bool:
    pattern = (split_words(section.argument) or [""])[0]
    return url.startswith(pattern.rstrip("/")) or fnmatch.fnmatch(url + "/", pattern)
