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

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache import sites as plain_sites
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.instance import make_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.sites import Sites
from ansible_collections.intransit.tls.plugins.module_utils._core.service.web import (
    decide_secure,
    list_hsts_warnings,
    list_proxy_warnings,
    write_hsts,
    write_override,
)

_CLIENT = {"none": "none", "optional": "optional", "required": "require"}


def make_settings(
    policy: Policy, openssl: Mapping[str, Any], seen: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every value that the Apache templates and contract take.

    Args:
        policy: what must hold.
        openssl: ``cipher_string`` (or None), ``ciphersuites``, ``groups``, ``sigalgs``.
        seen: ``vhosts``, ``listens``, ``overrides`` of ``service_info``, and ``moved``, lines of servers behind.
        options: the role's options without their prefix.

    Returns:
        ``protocol``, ``cipher_string``, ``ciphersuites``, ``groups``, ``sigalgs``, ``honor_order``, ``verify_client``,
        ``hsts`` (value or empty), ``secure_cookies``, ``forwarded_in_clear`` (what the servers behind are told of a
        client without TLS; empty: what the client says), ``redirects`` (condition and target of each),
        ``plain_http`` (redirect, close or leave), ``make_site``, ``document_root``,
        ``sites`` (plain virtual hosts that are given a TLS site), ``names`` (of the certificate), ``own_listens``,
        ``disable`` (path and lines), ``blocking`` (sentences), ``warnings`` (sentences), ``endpoints``,
        ``instance`` (the test instance, and what it has to serve over TLS as in clear text).

    Raises:
        DialectError: an option cannot be written into Apache's configuration.
    """
    make = _make(seen, options)
    asked = options["client_certificate"]
    plain_http = options["plain_http"]
    if plain_http == "policy":
        plain_http = "close" if policy.plaintext == "none" else "redirect"
    sites = plain_sites.decide(seen, options, make)
    make_site = bool(sites.made) or sites.template
    verify_client = _CLIENT[policy.client_certificate if asked == "policy" else asked]
    overrides, fixed_in_macro = _overrides(seen, options)
    hsts = write_hsts(policy, options)
    in_clear = plain_http == "leave" or bool(sites.left)
    serves = make_site or any(host["tls"] for host in seen["vhosts"])
    names = list(dict.fromkeys([options["server_name"], *(n for site in sites.made for n in site["names"])]))
    return {
        "protocol": " ".join(["-all"] + ["+" + version for version in policy.protocols]),
        "cipher_string": openssl.get("cipher_string"),
        "ciphersuites": openssl.get("ciphersuites"),
        "groups": openssl.get("groups"),
        "sigalgs": openssl.get("sigalgs"),
        "honor_order": policy.server_preference,
        "verify_client": verify_client,
        "hsts": hsts,
        "secure_cookies": decide_secure(options, in_clear),
        "forwarded_in_clear": "" if in_clear else "http",
        "redirects": plain_sites.list_redirects(sites, options) if plain_http == "redirect" else [],
        "make_site": make_site,
        "document_root": _document_root(seen, options),
        "sites": [{key: site[key] for key in ("key", "server_name", "addresses")} for site in sites.made],
        "names": names,
        "own_listens": _own_listens(seen, options) if make_site or _has_tls(seen, options) else [],
        "plain_http": plain_http,
        "disable": _disable(seen, options["overrides"] == "neutralise", plain_http == "close"),
        "blocking": _blocking(seen, options, verify_client, make and not make_site, sites),
        "warnings": [
            *_snakeoil(seen, options), *overrides, *fixed_in_macro, *(row["sentence"] for row in sites.left),
            *list_proxy_warnings("apache", plain_http == "redirect", options),
            *list_hsts_warnings("apache", hsts if serves else "", str(seen.get("present_hsts") or ""),
                                list(dict.fromkeys([*names, *sites.redirected])), sites.left)],
        "endpoints": list_endpoints(seen, options, sites, plain_http, make_site),
        # A visitor without a certificate gets no page to compare, and is meant to get none.
        "instance": dict(make_instance(), comparisons=[] if verify_client == "require" else
                         plain_sites.list_comparisons(sites, seen, options)),
    }


def list_endpoints(
    seen: Mapping[str, Any], options: Mapping[str, Any], sites: Sites, plain_http: str, make_site: bool
) -> list[dict[str, Any]]:
    """Return what there is to look at: the site, every TLS name, and plain http for every name.

    Each has ``port``, ``protocol``, ``server_name`` (or None), ``listen`` (the address
    it is bound to, empty for all) and ``overridden`` (settings that are not ours rule it).
    """
    bound = {int(row["port"]): row["address"] for row in seen["listens"]}
    port, http_port = int(options["port"]), int(options["http_port"])
    server_level = any(item.get("vhost") is None for item in seen["overrides"])
    ruled = {item["vhost"] for item in seen["overrides"] if item.get("vhost")}
    left = {(row["name"], number) for row in sites.left for number in row["ports"]}
    rows: dict[Any, dict[str, Any]] = {}

    def add(number: int, protocol: str, name: str, overridden: bool) -> None:
        row = {
            "port": number,
            "protocol": protocol,
            "server_name": name,
            "listen": _address(bound.get(number, "")),
            "overridden": overridden or (server_level and protocol == "https"),
        }
        present = rows.setdefault((number, protocol, name), row)
        present["overridden"] = present["overridden"] or row["overridden"]

    name = options["server_name"]
    if make_site or _has_tls(seen, options):
        add(port, "https", name, False)
    for site in sites.made:
        add(port, "https", site["server_name"], False)
    if http_port:
        add(http_port, "http", name, plain_http == "redirect" and not sites.others_redirected
            and name.lower() not in sites.redirected)
    for host in seen["vhosts"]:
        known = host["server_name"] or name
        for number in host["ports"]:
            if number in bound:
                add(number, "https" if host["tls"] else "http", known,
                    host["key"] in ruled or (known.lower(), number) in left or host["key"] in sites.local)
    for row in sites.left:
        for number in row["ports"]:
            if "*" not in row["name"] and number in bound:
                add(number, "http", row["name"], True)
    return list(rows.values())


def _make(seen: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Return whether plain sites are given a TLS site: always, never, or if there is none at all."""
    if options["vhost"] != "auto":
        return bool(options["vhost"] == "always")
    return not _has_tls(seen, options)


def _has_tls(seen: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Return whether a site answers over TLS on the port of https."""
    return any(host["tls"] and int(options["port"]) in host["ports"] for host in seen["vhosts"])


def _document_root(seen: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """The administrator's, else that of the site's own plain virtual host, else of the first one."""
    if options.get("document_root"):
        return str(options["document_root"])
    plain = [host for host in seen["vhosts"] if not host["tls"] and host["document_root"]]
    named = [host for host in plain if host["server_name"] == options["server_name"]]
    for host in named + plain:
        return str(host["document_root"])
    return str(seen.get("document_root") or "/var/www/html")


def _own_listens(seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[int]:
    port = int(options["port"])
    return [] if any(int(row["port"]) == port for row in seen["listens"]) else [port]


def _disable(seen: Mapping[str, Any], overrides: bool, plain_http: bool) -> list[dict[str, Any]]:
    """Return one ``disabled_lines`` change for every file with lines that become comments or are replaced.

    Those are overrides, the Listen of every plain port if plain http is closed, and addresses of servers behind.
    """
    lines = list(seen["overrides"]) if overrides else []
    if plain_http:
        lines += [item for item in seen["listens"] if item["protocol"] != "https"]
    files: dict[str, list[dict[str, Any]]] = {}
    for item in (item for item in lines if not item.get("macro")):
        files.setdefault(item["file"], []).append({"number": item["line"], "text": item["text"]})
    for item in seen.get("moved") or ():
        files.setdefault(item["file"], []).append(
            {"number": item["line"], "text": item["text"], "instead": item["instead"]})
    return [{"path": path, "lines": lines} for path, lines in files.items()]


def _blocking(
    seen: Mapping[str, Any], options: Mapping[str, Any], verify_client: str, none_can_be_made: bool, sites: Sites
) -> list[str]:
    """Return why the settings must not be put in force at all."""
    found = [f"{problem} Repair that first." for problem in seen["problems"]]
    if none_can_be_made:
        found += [row["sentence"] for row in sites.left]
    if verify_client != "none" and not options.get("client_ca_file") and not options["private_authority"]:
        found.append(
            f"Client certificates are {'required' if verify_client == 'require' else 'asked for'}, but "
            "apache_tls_client_ca_file does not say which authority issues them."
        )
    if options["overrides"] == "fail":
        found += [_override_sentence(item) for item in seen["overrides"]]
    return found


def _overrides(seen: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return warnings: settings that would defeat the policy, and those of them that are not turned into comments."""
    if options["overrides"] == "report":
        return [_override_sentence(item) for item in seen["overrides"]], []
    in_macros = [item for item in seen["overrides"] if item["macro"] and options["overrides"] == "neutralise"]
    return [], [
        (
            f"{item['file']}:{item['line']} ({item['macro']}) `{item['text']}` "
            f"{item['sentence']}. A line of a macro is not turned into a comment: change the "
            "macro or this Use.") for item in in_macros
    ]


def _snakeoil(seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return a warning for each TLS site with Debian's own certificate, which no client trusts."""
    return [
        (
            f"{host['file']}:{host['line']}: the TLS site {host['server_name'] or options['server_name']} has Debian's "
            f"self-signed certificate ({host['certificate']}), which no client trusts. Remove that site, and the role "
            "makes one with the certificate of apache_tls_certificates (by default one of the private CA); or name a "
            "real one there, in SSLCertificateFile.")
        for host in seen["vhosts"] if host["tls"] and "ssl-cert-snakeoil" in str(host.get("certificate") or "")]


def _override_sentence(item: Mapping[str, Any]) -> str:
    place = f"{item['file']}:{item['line']} ({item['macro'] or item['where']})"
    return write_override("apache", place, str(item["text"]), str(item["sentence"]))


def _address(listen: str) -> str:
    """An address to connect to; empty for a socket on all addresses."""
    bare = listen.strip("[]")
    return "" if bare in ("", "*", "0.0.0.0", "::") else bare
