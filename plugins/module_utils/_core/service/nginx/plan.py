# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of nginx: its options, and its plan on one host.

Settings stand once at the level of ``http``, which every server inherits, in a file of our own.  Lines of others at
that level would add to ours (``ssl_protocols``) or be refused beside them, so they become comments.
(nginx: http_ssl, http_headers, http_map, http_v2 modules; OpenSSL: SSL_CONF_cmd(3); RFC 6797 section 6.1.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs as behind
from ansible_collections.intransit.tls.plugins.module_utils._core.service import overrides as judging
from ansible_collections.intransit.tls.plugins.module_utils._core.service import planning, web
from ansible_collections.intransit.tls.plugins.module_utils._core.service.edits import Edits
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import is_since
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx import sites as servers
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.host import (
    HEADERS,
    HTTP_CONF,
    ROOT,
    SCRIPT,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.sites import (
    Row,
    Sites,
    make_sample,
    names_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort, Wanted

OPTIONS = (
    *web.WEB,
    Option(
        name="unknown_names", type="choice", choices=("serve", "reject"), default="serve",
        description=("What a TLS client gets that asks for a name that no server has. V(serve): the default server. V(reject): "
                     "an alert, from a default server that the role adds (ssl_reject_handshake).",)),
    Option(name="http2", type="bool", default=True, description=("Whether TLS servers that the role makes speak HTTP/2.",)),
    Option(
        name="njs", type="bool", default=False,
        description=("Whether to install Debian's njs module (libnginx-mod-http-js), by which C(Secure) is also added to cookies "
                     "of FastCGI, uwsgi and SCGI. If nginx has the module already, it is used in any case.",)),
    Option(name="server_tokens", type="choice", choices=("on", "off", "build"), default="off",
           description=("What the Server header says (server_tokens).",)),
    Option(name="template", type="str", default="nginx/http.conf.j2",
           description=("Template of the settings at the level of http.",)),
    *legs.OPTIONS,
)
_MAIL = {"imap": ("imap", "imaps"), "pop3": ("pop3", "pop3s"), "smtp": ("submission", "smtps")}
_MAIL_PORTS = {25: "smtp", 465: "smtp", 587: "smtp", 110: "pop3", 995: "pop3"}
_REDIRECT = "if ($intransit_tls_redirect) { return 301 $intransit_tls_redirect; }"
_HEADERS = {name: f"{name} Strict-Transport-Security;" for name in HEADERS} | {
    "add_header": "add_header Strict-Transport-Security $intransit_tls_hsts always;"}
_FORWARDS = {"proxy_set_header": "proxy_set_header X-Forwarded-Proto $intransit_tls_proto;",
             "fastcgi_param": "fastcgi_param HTTP_X_FORWARDED_PROTO $intransit_tls_proto;"}
_KINDS = {"ssl_protocols": "protocols", "ssl_ciphers": "ciphers", "ssl_ecdh_curve": "groups", "ssl_conf_command": "command",
          "ssl_verify_client": "client", "add_header": "hsts"}


def plan(wanted: Wanted) -> planning.Plan:
    """Return what nginx needs on one host."""
    wanted.require_installed()
    seen, options, policy = wanted.seen, dict(wanted.options), wanted.policy
    if options["plain_http"] == "policy" and policy.plaintext == "none":
        options["plain_http"] = "close"
    sites = servers.decide(seen, options)
    redirects = options["plain_http"] in ("policy", "redirect") and bool(sites.redirected)
    need = planning.CertificateNeed(tuple(_certificate_names(sites, seen, options)), {})
    certificate, hsts = wanted.certificate(need), web.write_hsts(policy, options)
    http = [row for row in seen["settings"] if row["server"] is None]
    own_certificate = bool(sites.made) and not any(row["name"] == "ssl_certificate" for row in http)
    needed = [line for line in _directives(wanted, certificate, own_certificate) if line not in map(_line, http)]
    replaced = [row for row in http if _key(_line(row)) in map(_key, needed) or (hsts and row["name"] == "add_header")]
    overrides = list(_overrides(wanted))
    neutralised = overrides if options["overrides"] == "neutralise" else []
    edits = Edits()
    refused = [*edits.disable(replaced), *_edit_servers(edits, seen, options, sites, redirects),
               *_edit_proxies(edits, wanted)]
    shared = edits.disable(neutralised)
    for block in seen["headers"] if hsts else ():
        gone = [line for row in neutralised if row["file"] == block["file"] for line in row["lines"]]
        said = set(block["hsts"]) - set(gone)
        edits.add(block, [_HEADERS[name] for name in block["names"] if not (name == "add_header" and said)])
    in_clear = not (redirects or options["plain_http"] == "close" or not any(row["plain"] for row in seen["servers"])) or (
        bool(sites.left))
    secure = web.decide_secure(options, in_clear)
    filtered = [row for row in seen["cookies"] if secure and seen["scripts"] and not row["own"]]
    for row in filtered:
        edits.add(row, ["js_header_filter intransit_tls.secure;"])
    targets, clear, unmoved = legs.decide(edits, wanted)
    clear += list(_list_clear(seen))
    authorities = tuple(dict.fromkeys(row["ca_file"] for row in options["backends"]))
    values = {
        "cookies": secure, "script": SCRIPT if filtered else "", "forwards": _forward(edits, seen) if options["forwarded_proto"] else [],
        "forwarded_in_clear": "$http_x_forwarded_proto" if in_clear else "http",
        "policy": policy.name, "policy_source": policy.source, "directives": needed, "hsts": hsts,
        "headers": list(_HEADERS.values()), "redirect": _redirect(options, sites) if redirects else {},
        "reject": _rejecting(seen, options, sites), "trusted": certificate["chain"],
        "stapling": options["stapling"] == "auto" and own_certificate and not any("stapling" in row["name"] for row in http),
    }
    ports = list(_ports(seen, options, sites, [] if neutralised else overrides))
    closed = {port for port in ports if options["plain_http"] == "close" and port.protocol == "http" and not port.loopback}
    return planning.Plan(
        ports=tuple(port for port in ports if port not in closed), closing=tuple(closed),
        ending=web.list_ending(ports, "redirect" if redirects else "close" if options["plain_http"] == "close" else "leave",
                               options, wanted.ca_file(certificate), bool(seen.get("present_redirect"))),
        changes=(*web.list_revocation(wanted, certificate), {"kind": "file", "path": HTTP_CONF, "state": "present"},
                 {"kind": "file", "path": SCRIPT, "state": "present" if filtered else "absent"}, *edits.changes(seen["files"])),
        templates={HTTP_CONF: (options["template"], values), **({SCRIPT: ("nginx/cookies.js.j2", {})} if filtered else {})},
        units=("nginx.service",), verb="reload",
        # A visitor without a certificate gets no page to compare, and is meant to get none.
        instance=make_instance(seen, [] if web.find_client_rule(policy, options) == "required" else servers.list_comparisons(
            sites, seen, options)),
        own_check=behind.make_check(("nginx", "-t", "-q"), targets), authorities=authorities,
        requires=(*((certificate["fullchain"], certificate["private_key"]) if own_certificate else ()), *authorities),
        certificate=need if own_certificate else None,
        blocking=(*_blocking(wanted, sites, overrides), *refused, *unmoved, *(clear if policy.plaintext == "none" else ())),
        warnings=(*(row["sentence"] for row in overrides if options["overrides"] == "report"), *shared,
                  *(row["sentence"] for row in sites.left), *(_cookie_warnings(seen, filtered) if secure else ()),
                  *(clear if policy.plaintext != "none" else ()),
                  *(_forward_warnings(seen) if options["forwarded_proto"] else ()),
                  *web.list_proxy_warnings("nginx", redirects, options),
                  *web.list_hsts_warnings("nginx", hsts, seen.get("present_hsts") or "", _hsts_names(sites, options), sites.left)))


def _hsts_names(sites: Sites, options: Row) -> list[str]:
    """Return the names of TLS servers, as far as they are names of hosts."""
    return [name for name in dict.fromkeys([options["server_name"], *sites.answered]) if make_sample(name)]


def make_instance(seen: Row, comparisons: Sequence[Row]) -> dict[str, Any]:
    """Return the test instance; see ``_core/change/instance.py``."""
    sockets = {item["socket"] for server in seen["servers"] for item in server["listens"] if item["socket"]}
    # Names of servers behind are looked up at the start, and the test instance reaches no name server.
    hosts = seen["hosts"].rstrip("\n") + "".join(f"\n127.0.0.1 {name}" for name in seen["upstreams"]) + "\n"
    return {
        "command": ["/usr/sbin/nginx", "-g", "daemon off; master_process on;"],
        "unit": "nginx.service", "comparisons": comparisons,
        "remove": [seen["pid"], "/var/log/nginx/*.log", *sorted(sockets)],
        "log": seen["error_log"] if seen["error_log"].startswith("/var/log/") else "",
        "edits": [{"kind": "file", "path": "/etc/hosts", "content": hosts}] if seen["upstreams"] else [],
        "prevents": {"A request is passed to a server behind": "There is no network; the site answers 502."},
    }


def _handshake(wanted: Wanted) -> Iterator[str]:
    """Yield the settings of http, stream and mail."""
    openssl, policy, options = wanted.openssl(), wanted.policy, wanted.options
    yield f"ssl_protocols {' '.join(policy.protocols)}"
    yield from [f"ssl_ciphers {openssl.cipher_string}"] if openssl.cipher_string else []
    yield from [f"ssl_conf_command Ciphersuites {openssl.ciphersuites}"] if openssl.ciphersuites else []
    yield f"ssl_conf_command SignatureAlgorithms {openssl.sigalgs}"
    yield f"ssl_ecdh_curve {openssl.groups}"
    yield from ["ssl_prefer_server_ciphers on"] if policy.server_preference else []
    yield f"ssl_session_tickets {'on' if options['session_tickets'] else 'off'}"


def _directives(wanted: Wanted, certificate: Row, own_certificate: bool) -> Iterator[str]:
    """Yield the settings at the level of http."""
    policy, options = wanted.policy, wanted.options
    client = web.find_client_rule(policy, options)
    yield from _handshake(wanted)
    if client != "none":
        yield f"ssl_verify_client {'on' if client == 'required' else 'optional'}"
        yield f"ssl_client_certificate {options['client_ca_file'] or certificate['chain']}"
        yield f"ssl_verify_depth {options['client_verify_depth']}"
        yield from [f"ssl_crl {row['path']}" for row in web.list_revocation(wanted, certificate)]
    if own_certificate:
        yield f"ssl_certificate {certificate['fullchain']}"
        yield f"ssl_certificate_key {certificate['private_key']}"
    yield f"server_tokens {options['server_tokens']}"


def _line(row: Row) -> str:
    return " ".join([row["name"], *row["arguments"]])


def _key(line: str) -> list[str]:
    """Return the words of a setting that may stand once at a level; of ssl_conf_command, each command."""
    words = line.split(" ")
    return words[:2] if words[0] == "ssl_conf_command" else words[:1]


def _edit_servers(edits: Edits, seen: Row, options: Row, sites: Sites, redirects: bool) -> Iterator[str]:
    """Add TLS halves and redirects, close plain ports; yield sentences about lines that cannot be turned into comments."""
    old = not is_since(str(seen["version"]), (1, 25))
    close = options["plain_http"] == "close"
    hidden = servers.list_hidden_defaults(sites, seen, options["port"])
    yield from edits.disable([item for _number, item in hidden])
    for number, server in enumerate(seen["servers"]):
        words = [f"{' '.join(item['words'])} default_server;" for known, item in hidden if known == number]
        plain = server["plain"]
        if number in sites.made:
            words += [f"listen {listen}{' http2' if options['http2'] and old else ''};" for listen in sites.made[number]]
            words += ["http2 on;"] if options["http2"] and not old else []
            # A server without a listen of its own has port 80 until it is given one.
            words += ["listen 80;"] if server["implicit"] and not close else []
            if options["unknown_names"] == "reject" and not set(names_of(server, options)) & set(server["names"]):
                words.append(f"server_name {options['server_name']};")
        words += [_REDIRECT] if redirects and number in sites.redirected else []
        if close and plain:
            yield from edits.disable([] if server["implicit"] else plain)
            words += [] if words or len(plain) < len(server["listens"]) else [f"listen 127.0.0.1:{plain[0]['port']};"]
        edits.add(server, words)


def _edit_proxies(edits: Edits, wanted: Wanted) -> Iterator[str]:
    """Rule what ends TLS in stream and mail; yield sentences about lines that cannot be turned into comments."""
    for block in [block for block in wanted.seen["proxies"] if any(server["ends_tls"] for server in block["servers"])]:
        needed = [line for line in _handshake(wanted) if line not in map(_line, block["settings"])]
        yield from edits.disable([row for row in block["settings"] if _key(_line(row)) in map(_key, needed)])
        edits.add(block, [f"{line};" for line in needed])


def _list_clear(seen: Row) -> Iterator[str]:
    """Yield where stream and mail take connections in clear text."""
    for block in seen["proxies"]:
        remedy = ("Set `starttls only` there, or add ssl to its listen." if block["name"] == "mail" else
                  "Add ssl to its listen, with a certificate; if TLS comes in there, say so by `ssl_preread on`.")
        for server in [server for server in block["servers"] if server["clear"]]:
            yield (f"{server['file']}:{server['shown']}: the server of {block['name']} on port "
                   f"{', '.join(map(str, server['clear']))} takes connections in clear text. {remedy}")


def _proxy_ports(seen: Row, options: Row) -> Iterator[ServicePort]:
    """Yield the ports of stream and mail whose protocol is known; which names they serve is not, so that they are foreign."""
    for block in seen["proxies"]:
        for server in block["servers"]:
            for item in [item for item in server["listens"] if not item["socket"]]:
                protocol = "tls" if block["name"] == "stream" else _MAIL[server["protocol"] or _MAIL_PORTS.get(
                    item["port"], "imap")][item["tls"]]
                if item["tls"] or block["name"] == "mail":
                    yield ServicePort(
                        item["port"], protocol, server["name"] or options["server_name"], servers.find_bound(item["address"]), True,
                        "", f"{item['file']}:{item['shown']} proxy_protocol" if item["proxy"] else "")


def _forward(edits: Edits, seen: Row) -> list[str]:
    """Tell the servers behind the protocol in every block that inherits nothing; return the lines at the level of http."""
    at_http: set[str] = set()
    for block in seen["forwards"]:
        if block["server"] is None:
            at_http |= set(block["said"])
        else:
            edits.add(block, [_FORWARDS[name] for name in block["names"] if name not in block["said"]])
    return [line for name, line in _FORWARDS.items() if name not in at_http]


def _cookie_warnings(seen: Row, filtered: Sequence[Row]) -> Iterator[str]:
    """Yield where nginx cannot add Secure to cookies, or is told not to."""
    left = [row["at"] for row in seen["cookies"] if row not in filtered]
    if left and seen["scripts"]:
        yield (f"{', '.join(left[:3])}: the `js_header_filter` there keeps the role from adding Secure to cookies. Let that filter "
               "add it.")
    elif left:
        yield (f"nginx by itself cannot add Secure to cookies of FastCGI, uwsgi and SCGI ({', '.join(left[:3])}). Set nginx_tls_njs to "
               "true, so that its njs module does, or set it in the application, for PHP session.cookie_secure in php.ini; declare its "
               "login page in tls_pages to have it checked.")
    for place in seen["cookie_flags"]:
        yield f"{place} `proxy_cookie_flags` keeps cookies there without Secure. Add the flag secure to it, or take it out."


def _forward_warnings(seen: Row) -> Iterator[str]:
    """Yield where a client of a TLS server may make up the protocol; a server without TLS may have a load balancer in front."""
    for block in seen["forwards"]:
        if block["server"] is not None and seen["servers"][block["server"]]["tls"]:
            for place in block["passed_on"]:
                yield f"{place} passes on what a client says of the protocol (X-Forwarded-Proto). Set it to $scheme there."


def _redirect(options: Row, sites: Sites) -> dict[str, Any]:
    """Return what plain http leads to: the name, what becomes of each known name, and paths that still answer."""
    known = [name for name in dict.fromkeys(sites.answered) if name.startswith("~") or make_sample(name)]
    name, fixed = options["server_name"].lower(), options["redirect_host"]
    rows = [(row["name"], '""') for row in sites.left if row["server"] in sites.redirected]
    rows += [(name, "$host") for name in known if not fixed]
    return {
        "host": fixed or next((host for host in (name, *known) if make_sample(host) == host and sites.answers(host)), name),
        "names": [[_quoted(servers.write_pattern(row)), value] for row, value in rows],
        "trusted": options["trusted_proxies"],
        "exempt": [_quoted(rf"~^\|[^|]+\|{re.escape(path)}") for path in options["redirect_exempt"]],
        "suffix": "" if options["port"] == 443 else f":{options['port']}",
    }


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _rejecting(seen: Row, options: Row, sites: Sites) -> list[str]:
    """Return where the server listens that refuses names that no other server has."""
    there = [f"{item['address']}:{item['port']}".lstrip(":") for item in servers.list_tls(seen, options["port"])]
    made = [listen.partition(" ")[0] for listens in sites.made.values() for listen in listens]
    return list(dict.fromkeys([*there, *made])) if options["unknown_names"] == "reject" else []


def _certificate_names(sites: Sites, seen: Row, options: Row) -> list[str]:
    names = [name for number in sites.made for name in names_of(seen["servers"][number], options)]
    usable = [name for name in names if make_sample(name) and not name.endswith(".*")]
    return list(dict.fromkeys([options["server_name"], *(name.lstrip(".") for name in usable),
                               *("*" + name for name in usable if name.startswith("."))]))


def _ports(seen: Row, options: Row, sites: Sites, overrides: Sequence[Row]) -> Iterator[ServicePort]:
    """Yield what there is to probe: each server at each of its ports, and the site in the options."""
    found: dict[tuple[Any, ...], ServicePort] = {}
    name, port, http_port = options["server_name"], options["port"], options["http_port"]
    left = {row["server"] for row in sites.left}
    left |= set(range(len(seen["servers"]))) if options["plain_http"] == "leave" else set()

    def add(number: int, tls: bool, host: str, listen: str = "", foreign: bool = False, proxy: str = "") -> None:
        key = (number, "https" if tls else "http", host, servers.find_bound(listen))
        found[key] = ServicePort(*key, foreign or (key in found and found[key].foreign), "", proxy)

    if (sites.made or servers.list_tls(seen, port)) and (
            options["unknown_names"] == "serve" or sites.answers(name.lower())):
        add(port, True, name)
    for number, server in enumerate(seen["servers"]):
        host = make_sample(names_of(server, options)[0])
        for item in [item for item in server["listens"] if host and not item["socket"]]:
            foreign = servers.is_overridden(number, seen, overrides) if item["tls"] else (
                number in left or server["empty"] or not item["exposed"])
            add(item["port"], item["tls"], host, item["address"], foreign,
                f"{item['file']}:{item['shown']} proxy_protocol" if item["proxy"] else "")
        if number in sites.made and host:
            add(port, True, host)
    if any(http_port in servers.ports_of(server) for server in seen["servers"]):
        add(http_port, False, name, foreign=bool(left) or not sites.redirected)
    yield from found.values()
    yield from _proxy_ports(seen, options)


def _overrides(wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Yield those settings of servers that would defeat the policy, each with a ``sentence``."""
    version = str((wanted.seen["tls_library"] or {}).get("version"))
    for row in [row for row in wanted.seen["settings"] if row["server"] is not None]:
        why = judging.judge(_KINDS[row["name"]], row["arguments"], wanted.policy, version) or (
            "keeps the server from inheriting those of the role" if row["name"] == "ssl_conf_command" else "")
        if why:
            place = f"{row['file']}:{row['shown']} ({row['where']})"
            yield {**row, "sentence": web.write_override("nginx", place, _line(row), why)}


def _blocking(wanted: Wanted, sites: Sites, overrides: Sequence[Row]) -> Iterator[str]:
    """Yield why the settings must not be put in force at all."""
    seen, options = wanted.seen, wanted.options
    there = servers.list_tls(seen, options["port"])
    yield from seen["problems"]
    if not seen["included"] and not seen["problems"]:
        yield (f"The block http in {ROOT}/nginx.conf does not include {HTTP_CONF}, so that the settings would not be "
               f"read. Add the line `include {ROOT}/conf.d/*.conf;` to it.")
    yield from web.find_missing_authority(wanted)
    yield from (row["sentence"] for row in overrides if options["overrides"] == "fail")
    if not there and not sites.made and options["vhost"] != "never" and not seen["problems"]:
        yield " ".join(row["sentence"] for row in sites.left) or (
            f"nginx has no server on port {options['port']}, and none that could be given TLS. Add a site.")
    for item in [item for item in there if item["default"] and options["unknown_names"] == "reject"]:
        yield (f"{item['file']}:{item['shown']} is the default server. Remove `default_server` there, or set "
               "nginx_tls_unknown_names to serve.")


PACK = planning.Pack(
    name="nginx", title="nginx", summary="Enforce a TLS policy on nginx and prove it on the wire",
    description=(
        "Adds TLS settings next to the existing servers, gives a server without TLS a TLS half with the same content, makes plain "
        "http only redirect to https, and proves all of it from outside.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13."),
    options=OPTIONS, plan=plan, language="OpenSSL, by the library of nginx",
    packages=lambda options: ("nginx", *(["libnginx-mod-http-js"] if options["njs"] else []), *(["openssl"] if options["backends"] else [])),
    validated_by="nginx -t and a test instance, probed",
)
