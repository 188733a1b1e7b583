# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy means to Apache httpd 2.4, beside the virtual hosts that are there already.

Takes the policy, the OpenSSL settings compiled from it, what ``service_info`` saw on
the host and the administrator's options; returns plain values for the templates, which
decide nothing themselves.
(Apache HTTP Server 2.4: mod_ssl, mod_alias, mod_headers, core; RFC 6797 section 6.1.)
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy

OVERRIDES = ("report", "neutralise", "fail")
VHOST = ("auto", "always", "never")
PLAIN_HTTP = ("policy", "redirect", "close", "leave")

# What may stand in a quoted Apache argument without ending it or starting an expression.
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9-]+)*\.?\Z|\[[0-9A-Fa-f:.]+\]\Z|[0-9A-Fa-f:.]+\Z"
)
_PATH = re.compile(r"/[A-Za-z0-9._~%!&'()*+,;=:@/-]*\Z")
_FILE = re.compile(r"/[^\s\"'<>\\${}]*\Z")
_CLIENT = {"none": "none", "optional": "optional", "required": "require"}


def settings(
    policy: Policy, openssl: Mapping[str, Any], seen: Mapping[str, Any], options: Mapping[str, Any]
) -> Dict[str, Any]:
    """Return every value that the Apache templates and contract take.

    Args:
        policy: what must hold.
        openssl: ``cipher_string`` (or None), ``ciphersuites``, ``groups``, ``sigalgs``.
        seen: ``vhosts``, ``listens``, ``overrides`` of ``service_info``.
        options: the role's options without their prefix.

    Returns:
        ``protocol``, ``cipher_string``, ``ciphersuites``, ``groups``, ``sigalgs``, ``honor_order``,
        ``verify_client``, ``hsts`` (value or empty), ``redirect_names``, ``redirect_exempt``,
        ``redirect_host``, ``plain_http`` (redirect, close or leave), ``port_suffix``, ``make_site``, ``document_root``,
        ``twins`` (plain virtual hosts that get one over TLS), ``names`` (of the certificate), ``own_listens``,
        ``disable`` (path and lines), ``blocking`` (sentences), ``warnings`` (sentences),
        ``endpoints``.

    Raises:
        DialectError: an option cannot be written into Apache's configuration.
    """
    _check(options)
    make_site = _make_site(seen, options)
    asked = options["client_certificate"]
    plain_http = options["plain_http"]
    if plain_http == "policy":
        plain_http = "close" if policy.plaintext == "none" else "redirect"
    twins = _twins(seen, options) if make_site else []
    verify_client = _CLIENT[policy.client_certificate if asked == "policy" else asked]
    return {
        "protocol": " ".join(["-all"] + ["+" + version for version in policy.protocols]),
        "cipher_string": openssl.get("cipher_string"),
        "ciphersuites": openssl.get("ciphersuites"),
        "groups": openssl.get("groups"),
        "sigalgs": openssl.get("sigalgs"),
        "honor_order": policy.server_preference,
        "verify_client": verify_client,
        "hsts": hsts_value(policy, options),
        "redirect_names": _redirect_names(seen, options),
        "redirect_exempt": _redirect_exempt(options),
        "redirect_host": options.get("redirect_host") or options["server_name"],
        "port_suffix": "" if int(options["port"]) == 443 else ":%d" % int(options["port"]),
        "make_site": make_site,
        "document_root": _document_root(seen, options),
        "twins": twins,
        "names": list(dict.fromkeys([options["server_name"]] + [name for site in twins for name in site["names"]])),
        "own_listens": _own_listens(seen, options),
        "plain_http": plain_http,
        "disable": _disable(seen, options["overrides"] == "neutralise", plain_http == "close"),
        "blocking": _blocking(seen, options, verify_client),
        "warnings": [_override_sentence(item) for item in seen["overrides"]],
        "endpoints": endpoints(seen, options, [site["server_name"] for site in twins]),
    }


def hsts_value(policy: Policy, options: Mapping[str, Any]) -> str:
    """Return the header's value, empty where neither the policy nor the administrator asks for one."""
    # ansible-core 2.18 hands a null over as an empty string.
    said = {name: options.get(name) for name in ("hsts_max_age", "hsts_include_subdomains", "hsts_preload")}
    given = {name: value for name, value in said.items() if value not in (None, "")}
    age = given.get("hsts_max_age", policy.hsts.min_max_age)
    if age is None:
        return ""
    parts = ["max-age=%d" % int(age)]
    if given.get("hsts_include_subdomains", policy.hsts.include_subdomains):
        parts.append("includeSubDomains")
    if given.get("hsts_preload", policy.hsts.preload):
        parts.append("preload")
    return "; ".join(parts)


def endpoints(
    seen: Mapping[str, Any], options: Mapping[str, Any], twins: Sequence[str] = ()
) -> List[Dict[str, Any]]:
    """Return what there is to look at: the site, every TLS name, and plain http for every name.

    Each has ``port``, ``protocol``, ``server_name`` (or None), ``listen`` (the address
    it is bound to, empty for all) and ``overridden`` (somebody's own settings rule it).
    """
    bound = {int(row["port"]): row["address"] for row in seen["listens"]}
    port, http_port = int(options["port"]), int(options["http_port"])
    server_level = any(item.get("vhost") is None for item in seen["overrides"])
    ruled = {item["vhost"] for item in seen["overrides"] if item.get("vhost")}
    rows: Dict[Any, Dict[str, Any]] = {}

    def add(number: int, protocol: str, name: Optional[str], overridden: bool) -> None:
        row = {
            "port": number,
            "protocol": protocol,
            "server_name": name,
            "listen": _address(bound.get(number, "")),
            "overridden": overridden or (server_level and protocol == "https"),
        }
        present = rows.setdefault((number, protocol, name), row)
        present["overridden"] = present["overridden"] or row["overridden"]

    for name in dict.fromkeys([options["server_name"], *twins]):
        add(port, "https", name, False)
    if http_port:
        add(http_port, "http", options["server_name"], False)
    for host in seen["vhosts"]:
        mine = "%s:%d" % (host["file"], host["line"]) in ruled
        for number in host["ports"]:
            if number in bound:
                add(number, "https" if host["tls"] else "http", host["server_name"] or options["server_name"], mine)
    return list(rows.values())


def _check(options: Mapping[str, Any]) -> None:
    """Refuse what would not be the one argument that it shall be."""
    for name, pattern in (
        ("server_name", _HOST),
        ("redirect_host", _HOST),
        ("document_root", _FILE),
        ("client_ca_file", _FILE),
    ):
        value = str(options.get(name) or "")
        if value and not pattern.match(value):
            raise DialectError(
                "apache_tls_%s is %r, which cannot be written into Apache's configuration." % (name, value)
            )
    for path in options["redirect_exempt"]:
        if not _PATH.match(str(path)):
            raise DialectError("apache_tls_redirect_exempt holds %r; it takes paths such as /.well-known/." % path)
    for name, known in (("overrides", OVERRIDES), ("vhost", VHOST), ("client_certificate", ("policy", *_CLIENT)),
                        ("plain_http", PLAIN_HTTP)):
        if options[name] not in known:
            raise DialectError("apache_tls_%s is %r; it takes %s." % (name, options[name], ", ".join(known)))


def _make_site(seen: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    if options["vhost"] != "auto":
        return bool(options["vhost"] == "always")
    return not any(host["tls"] and int(options["port"]) in host["ports"] for host in seen["vhosts"])


def _twins(seen: Mapping[str, Any], options: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """Return the plain virtual hosts that get a twin: all of them, unless a folder of its own is asked for.

    The first one without a name is the site; names of the others are theirs.
    """
    if options.get("document_root"):
        return []
    found: Dict[str, Dict[str, Any]] = {}
    covered = {str(host["server_name"]).lower() for host in seen["vhosts"] if host["tls"]}
    for host in seen["vhosts"]:
        name = str(host["server_name"] or options["server_name"])
        if host["tls"] or name.lower() in covered or name.lower() in found or not _HOST.match(name):
            continue
        aliases = [alias for alias in host["aliases"] if _HOST.match(alias.replace("*.", "", 1))]
        found[name.lower()] = {
            "file": host["file"], "line": host["line"], "server_name": name, "names": [name, *aliases],
        }
    return list(found.values())


def _document_root(seen: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """The administrator's, else that of the site's own plain virtual host, else of the first one."""
    if options.get("document_root"):
        return str(options["document_root"])
    plain = [host for host in seen["vhosts"] if not host["tls"] and host["document_root"]]
    named = [host for host in plain if host["server_name"] == options["server_name"]]
    for host in named + plain:
        return str(host["document_root"])
    return "/var/www/html"


def _own_listens(seen: Mapping[str, Any], options: Mapping[str, Any]) -> List[int]:
    port = int(options["port"])
    return [] if any(int(row["port"]) == port for row in seen["listens"]) else [port]


def _redirect_names(seen: Mapping[str, Any], options: Mapping[str, Any]) -> List[str]:
    """Names that a client may be redirected to because this server has them; none with a fixed host."""
    if options.get("redirect_host"):
        return []
    names = [options["server_name"]]
    for host in seen["vhosts"]:
        names += [host["server_name"], *host["aliases"]]
    lower = [str(name).lower() for name in names if name and _HOST.match(str(name))]
    return list(dict.fromkeys(lower))


def _redirect_exempt(options: Mapping[str, Any]) -> List[str]:
    """Regular expressions, as they stand between ``m#`` and ``#``."""
    return ["^" + re.escape(str(path)).replace("#", r"\#") for path in options["redirect_exempt"]]


def _disable(seen: Mapping[str, Any], overrides: bool, plain_http: bool) -> List[Dict[str, Any]]:
    """Return one ``disabled_lines`` change for every file with lines that shall be comments.

    Those are overrides, and the Listen of every plain port where plain http is closed.
    """
    lines = list(seen["overrides"]) if overrides else []
    if plain_http:
        lines += [item for item in seen["listens"] if item["protocol"] != "https"]
    files: Dict[str, List[Dict[str, Any]]] = {}
    for item in lines:
        files.setdefault(item["file"], []).append({"number": item["line"], "text": item["text"]})
    return [{"path": path, "lines": lines} for path, lines in files.items()]


def _blocking(seen: Mapping[str, Any], options: Mapping[str, Any], verify_client: str) -> List[str]:
    """Return why the settings must not be put in force at all."""
    found = []
    if verify_client != "none" and not options.get("client_ca_file") and not options["private_authority"]:
        found.append(
            "Client certificates are %s, but apache_tls_client_ca_file does not say which authority "
            "issues them." % ("required" if verify_client == "require" else "asked for")
        )
    if options["overrides"] == "fail":
        found += [_override_sentence(item) for item in seen["overrides"]]
    return found


def _override_sentence(item: Mapping[str, Any]) -> str:
    return "%s:%s (%s) `%s` %s; take it out, or set apache_tls_overrides to neutralise." % (
        item["file"],
        item["line"],
        item["where"],
        item["text"],
        item["sentence"],
    )


def _address(listen: str) -> str:
    """An address to connect to; empty for a socket on all addresses."""
    bare = listen.strip("[]")
    return "" if bare in ("", "*", "0.0.0.0", "::") else bare
