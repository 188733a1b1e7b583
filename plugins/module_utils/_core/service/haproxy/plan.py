# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of HAProxy: its options, and its plan on one host.

HAProxy has no include, so every setting is a marked line in the files that are there.  A ``bind`` takes the defaults of
``global`` when it is read, and its own options count instead of them: those that are weak are replaced or named.
(HAProxy 2.6 and 3.0: configuration manual, 3.1, 4.2, 5.1 and 5.2; RFC 6797 sections 6.1 and 8.1; RFC 6265bis.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.service import overrides as judging
from ansible_collections.intransit.tls.plugins.module_utils._core.service import planning, web
from ansible_collections.intransit.tls.plugins.module_utils._core.service.edits import Edits
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import UNIT, Row, to_option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort, Wanted

OPTIONS = (
    *(option for option in web.WEB if option.name not in ("stapling", "client_verify_depth")),
    Option(
        name="unknown_names", type="choice", choices=("serve", "reject"), default="serve",
        description=("What a TLS client gets that asks for a name that no certificate has. V(serve): the first certificate. "
                     "V(reject): an alert (strict-sni).",)),
    Option(name="http2", type="bool", default=True, description=("Whether TLS ports that the role makes speak HTTP/2.",)),
    *legs.OPTIONS,
)
_COOKIE = (r"http-after-response replace-header Set-Cookie '(?i)^((?:(?!;\s*secure(?:\s*;|\s*$)).)*)$' "
           r"'\1; Secure' if { ssl_fc }")
_TLS = "var(txn.intransit_tls)"
"""Whether the client uses TLS, as far as it is known: to this host, or to a proxy that is trusted to say so."""
_FORWARDED = "http-request set-header X-Forwarded-Proto %[{},iif(https,http)]"
_HOST = "{ req.hdr(host) -m reg ^[A-Za-z0-9._-]+(:[0-9]+)?$ }"
_VERSIONS = {f"{how}-{word}": version for how in ("force", "no") for word, version in (
    ("sslv3", "SSLv3"), ("tlsv10", "TLSv1"), ("tlsv11", "TLSv1.1"), ("tlsv12", "TLSv1.2"), ("tlsv13", "TLSv1.3"))}


def plan(wanted: Wanted) -> planning.Plan:
    """Return what HAProxy needs on one host."""
    wanted.require_installed()
    seen, options, policy = wanted.seen, dict(wanted.options), wanted.policy
    if options["plain_http"] == "policy":
        options["plain_http"] = "close" if policy.plaintext == "none" else "policy"
    made, redirected, left = decide(seen["proxies"], options)
    redirects = options["plain_http"] in ("policy", "redirect")
    options["secure_cookies"] = web.decide_secure(options, bool(left) or options["plain_http"] == "leave")
    need = planning.CertificateNeed((options["server_name"],), {"bundle": "key_first"})
    certificate, hsts = wanted.certificate(need), web.write_hsts(policy, options)
    overrides = list(_overrides(wanted, certificate))
    neutralise = options["overrides"] == "neutralise"
    edits = Edits()
    for row in overrides if neutralise else ():
        edits.replace(row, row["instead"]) if row["instead"] else edits.disable([row])
    bundle = certificate["bundle"] or certificate["fullchain"]
    _edit_global(edits, wanted)
    for number, proxy in enumerate(seen["proxies"]):
        begin = [_bind_line(socket, wanted, certificate, bundle) for socket in made.get(number, ())]
        begin += _redirects(proxy, options) if redirects and number in redirected else []
        _edit_proxy(edits, proxy, begin, number in made, options, hsts)
    changed, behind, missing = legs.decide(wanted)
    for row in changed:
        edits.replace(row, row["instead"])
    # A visitor without a certificate gets no page to compare, and is meant to get none.
    compared = [] if web.find_client_rule(policy, options) == "required" else redirected
    ports = list(_ports(seen["proxies"], options, made, left, [] if neutralise else overrides))
    closed = {port for port in ports if options["plain_http"] == "close" and port.protocol == "http" and not port.loopback}
    there = any(bind["tls"] for proxy in seen["proxies"] for bind in proxy["binds"])
    asks = web.find_client_rule(policy, options) != "none" and bool(made or (there and neutralise))
    authority = (options["client_ca_file"] or certificate["chain"] or "") if asks else ""
    authorities = tuple(dict.fromkeys(filter(None, [authority, *(row["ca_file"] for row in options["backends"])])))
    return planning.Plan(
        ports=tuple(port for port in ports if port not in closed), closing=tuple(closed),
        ending=web.list_ending(
            ports, "redirect" if redirects and redirected else "close" if options["plain_http"] == "close" else "leave",
            options, wanted.ca_file(certificate), bool(seen.get("present_redirect"))),
        changes=(*(web.list_revocation(wanted, certificate) if asks else ()), *edits.changes(seen["files"])), units=(UNIT,), verb="reload",
        instance=make_instance(seen, list(_comparisons(seen["proxies"], options, made, compared))),
        own_check=legs.make_check(seen, changed),
        requires=(*((bundle,) if made else ()), *authorities), authorities=authorities,
        # The authority of client certificates comes with the host's own certificate.
        certificate=need if made or (asks and not options["client_ca_file"]) else None, served_certificate=bundle if made and not there else None,
        blocking=(*_blocking(wanted, overrides, made, certificate, behind), *missing),
        warnings=(*(row["sentence"] for row in overrides if options["overrides"] == "report"), *left.values(),
                  *web.list_proxy_warnings("haproxy", redirects and bool(redirected), options),
                  *_unclear(seen["proxies"]), *(behind if policy.plaintext != "none" else ()),
                  *web.list_hsts_warnings("haproxy", hsts, seen.get("present_hsts") or "", [options["server_name"]])))


def make_instance(seen: Row, comparisons: Sequence[Row]) -> dict[str, Any]:
    """Return the test instance; see ``_core/change/instance.py``."""
    # Names of servers behind are looked up at the start, and the test instance reaches no name server.
    hosts = seen["hosts"].rstrip("\n") + "".join(f"\n127.0.0.1 {name}" for name in seen["upstreams"]) + "\n"
    return {
        "command": ["/usr/sbin/haproxy", "-db", *seen["arguments"]], "unit": UNIT, "comparisons": comparisons,
        "temporary": [{"path": "/run/haproxy", "owner": "haproxy", "mode": "2775"}], "remove": ["/run/haproxy.pid"],
        "edits": [{"kind": "file", "path": "/etc/hosts", "content": hosts}] if seen["upstreams"] else [],
        "telling": r"\[(?:ALERT|WARNING)\](?!.*(?:failed in logger| is DOWN| has no server))",
        "prevents": {
            "A request or a health check is passed to a server behind": "There is no network; the site answers 503.",
            "State is sent to peers, mail to administrators": "There is no network.",
            "Lua or an external check acts on something": "There is no network, and files are written to memory.",
            "Programs of a section `program` are started": "It runs without the master process (-db), which starts them.",
        },
    }


Made = Mapping[int, Sequence[Row]]
"""Number of a proxy to the plain sockets for which it gets TLS."""


def decide(proxies: Sequence[Row], options: Row) -> tuple[Made, list[int], dict[int, str]]:
    """Return which proxies get TLS ports (number to plain sockets), which redirect, and sentences about those left alone."""
    port, http = options["port"], options["http_port"]
    taken = [socket["address"] for proxy in proxies for socket in list_sockets(proxy, True) if socket["port"] == port]
    made: dict[int, list[Row]] = {}
    redirected: list[int] = []
    left: dict[int, str] = {}
    plain = {number: list_sockets(proxy, False) for number, proxy in enumerate(proxies)}
    # The port of plain http comes first: its content is what visitors of the port of https know.
    for number in sorted(plain, key=lambda number: http not in [socket["port"] for socket in plain[number]]):
        proxy, mine = proxies[number], plain[number]
        has_tls = any(socket["port"] == port for socket in list_sockets(proxy, True))
        free = [socket for socket in mine if not any(_meet(socket["address"], address) for address in taken)]
        if not mine or (proxy["empty"] and not has_tls):
            continue
        if not proxy["http"]:
            left[number] = _leave(proxy, mine, "it passes TCP on, so that it cannot redirect. Give its `bind` ssl and crt, or see "
                                               "to it that clients and servers use TLS between them.", options)
        elif web.is_left_to_front(proxy["front"], options):
            left[number] = _leave(proxy, mine, web.write_front("haproxy", proxy["front"]), options)
        elif has_tls or (not free and http in [socket["port"] for socket in mine]):
            redirected.append(number)
        elif not free:
            left[number] = _leave(proxy, mine, f"another proxy answers on port {port}, so that its visitors would see other "
                                               "content. Bind it to a loopback address, or give it a TLS port of its own.", options)
        elif options["vhost"] == "never":
            left[number] = _leave(proxy, mine, "it has no TLS port. Give it one, or set haproxy_tls_vhost to auto.", options)
        else:
            # One for IPv4 and one for IPv6 may both stand for all addresses.
            everywhere = [socket for socket in free if not socket["address"]]
            made[number] = list({socket["shown"]: socket for socket in everywhere or free}.values())
            taken += [socket["address"] for socket in free]
            redirected.append(number)
    return made, redirected, left


def _leave(proxy: Row, sockets: Sequence[Row], why: str, options: Row) -> str:
    becomes = "is closed" if options["plain_http"] == "close" and proxy["http"] else "stays in clear text"
    ports = ", ".join(str(socket["port"]) for socket in sockets)
    return f"{proxy['file']}:{proxy['shown']}: {proxy['kind']} {proxy['name']} (port {ports}) {becomes}: {why}"


def _meet(one: str, other: str) -> bool:
    return one == other or not one or not other


def list_sockets(proxy: Row, tls: bool) -> list[Row]:
    """Return the sockets of a proxy that other hosts reach, with TLS or without."""
    return [{**socket, "bind": bind} for bind in proxy["binds"] if bind["tls"] is tls
            for socket in bind["sockets"] if socket["exposed"]]


def _edit_global(edits: Edits, wanted: Wanted) -> None:
    needed = [words.split(" ") for words in _global_lines(wanted)]
    there = [row["words"] for row in wanted.seen["settings"]]
    names = {words[0] for words in needed}
    edits.disable([row for row in wanted.seen["settings"] if row["words"][0] in names and row["words"] not in needed])
    if wanted.seen["global"]:
        edits.add_lines(_after(wanted.seen["global"]), [" ".join(words) for words in needed if words not in there])


def _global_lines(wanted: Wanted) -> Iterator[str]:
    openssl, policy, version = wanted.openssl(), wanted.policy, _version(wanted)
    limits = f"ssl-min-ver {policy.min_protocol}" + (
        f" ssl-max-ver {policy.max_protocol}" if policy.max_protocol != "TLSv1.3" else "")
    yield (f"ssl-default-bind-options {limits}{'' if wanted.options['session_tickets'] else ' no-tls-tickets'}"
           f"{'' if policy.server_preference else ' prefer-client-ciphers'}")
    yield from [f"ssl-default-bind-ciphers {openssl.cipher_string}"] if openssl.cipher_string else []
    yield from [f"ssl-default-bind-ciphersuites {openssl.ciphersuites}"] if openssl.ciphersuites else []
    yield f"ssl-default-bind-curves {openssl.groups}"
    yield from [f"ssl-default-bind-sigalgs {openssl.sigalgs}"] if version >= (2, 8) else []
    # Servers behind only get the floor: what they choose from is their own business.
    yield f"ssl-default-server-options ssl-min-ver {policy.min_protocol}"


def _version(wanted: Wanted) -> tuple[int, int]:
    match = re.match(r"(?:\d+:)?(\d+)\.(\d+)", str(wanted.seen["version"]))
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _after(row: Row) -> dict[str, Any]:
    return {"file": row["file"], "end": row["end"]}


def _bind_line(socket: Row, wanted: Wanted, certificate: Row, bundle: str) -> str:
    options = wanted.options
    address = socket["shown"] or "*"
    words = [f"bind {address}:{options['port']}", *socket["bind"]["extra"], f"ssl crt {bundle}",
             f"alpn {'h2,' if options['http2'] else ''}http/1.1"]
    return " ".join([*words, *(["strict-sni"] if options["unknown_names"] == "reject" else []), *_client_words(wanted, certificate)])


def _client_words(wanted: Wanted, certificate: Row) -> list[str]:
    client = web.find_client_rule(wanted.policy, wanted.options)
    authority = wanted.options["client_ca_file"] or certificate["chain"]
    lists = [f"crl-file {row['path']}" for row in web.list_revocation(wanted, certificate)]
    return [] if client == "none" else [f"verify {client} ca-file {authority}", *lists]


def _redirects(proxy: Row, options: Row) -> list[str]:
    """Return the rules that send plain http to https: to the name that was asked for, or to the one in the options."""
    ports = sorted({str(socket["port"]) for socket in list_sockets(proxy, False)})
    hidden = any(not socket["exposed"] for bind in proxy["binds"] if not bind["tls"] for socket in bind["sockets"])
    # What only the host itself reaches stays as it is.
    guard = [f"{{ dst_port {' '.join(ports)} }}"] if hidden else []
    suffix = "" if options["port"] == 443 else f":{options['port']}"
    exempt = [f"!{{ path_beg {' '.join(options['redirect_exempt'])} }}"] if options["redirect_exempt"] else []

    def rule(host: str, *more: str) -> str:
        return " ".join([
            f"http-request redirect code 301 location https://{host}{suffix}%[pathq] if {_find_tls(options)[1]}", *guard, *more,
            *exempt])

    fixed = options["redirect_host"]
    return [rule(fixed)] if fixed else [rule("%[req.hdr(host),field(1,:)]", _HOST), rule(options["server_name"])]


def _find_tls(options: Row) -> tuple[str, str]:
    """Return what says whether the client uses TLS, and the condition that it does not."""
    return (_TLS, f"!{{ {_TLS} -m bool }}") if options["trusted_proxies"] else ("ssl_fc", "!{ ssl_fc }")


def _trusted(options: Row) -> list[str]:
    """Return the rules that believe trusted proxies, and no other client."""
    rule, networks = f"http-request set-var({_TLS[4:-1]})", " ".join(options["trusted_proxies"])
    return [f"{rule} ssl_fc", f"{rule} bool(true) if {{ src {networks} }} {{ req.hdr(X-Forwarded-Proto) -i https }}"
            ] if networks else []


def _edit_proxy(edits: Edits, proxy: Row, begin: list[str], made: bool, options: Row, hsts: str) -> None:
    """Add rules to a proxy that other hosts reach, replace what would add to them, and close its plain ports."""
    plain, tls = list_sockets(proxy, False), list_sockets(proxy, True)
    if options["plain_http"] == "close" and proxy["http"]:
        edits.disable({id(socket["bind"]): socket["bind"] for socket in plain}.values())
    for row in proxy["added"] if options["forwarded_proto"] and proxy["http"] else ():
        edits.replace(row, re.sub(r"\Ahttp-request add-header ", "http-request set-header ", row["text"]))
    left = proxy["front"] and not options["trusted_proxies"]
    alone = not tls and not begin and (left or options["plain_http"] == "leave")
    if not proxy["http"] or not (plain or tls) or alone:
        return
    told = [_FORWARDED.format(_find_tls(options)[0])] if options["forwarded_proto"] else []
    edits.add_lines(_after(proxy), [*(_trusted(options) if begin or told else []), *begin, *told])
    if tls or made:
        edits.add_lines(_after(proxy["last"]), [
            *([f'http-after-response set-header Strict-Transport-Security "{hsts}" if {{ ssl_fc }}'] if hsts else []),
            *([_COOKIE] if options["secure_cookies"] else [])])


def _ports(
        proxies: Sequence[Row], options: Row, made: Made, left: Mapping[int, str], overrides: Sequence[Row]
) -> Iterator[ServicePort]:
    name, weak = options["server_name"], {(row["file"], row["lines"][0]) for row in overrides}
    listed = any("listed" in row for row in overrides)
    for number, proxy in enumerate(proxies):
        for address in dict.fromkeys(socket["address"] for socket in made.get(number, ())):
            yield ServicePort(options["port"], "https", name, address)
        for bind in proxy["binds"]:
            own = (bind["file"], bind["lines"][0]) in weak or (listed and "crt-list" in to_option(bind["options"]))
            said = f"{bind['file']}:{bind['shown']} accept-proxy" if bind["proxy"] else ""
            for socket in [socket for socket in bind["sockets"] if socket["port"] and (bind["tls"] or proxy["http"])]:
                protocol = ("https" if proxy["http"] else "tls") if bind["tls"] else "http"
                kept = number in left or proxy["empty"] or not socket["exposed"] or options["plain_http"] == "leave"
                yield ServicePort(socket["port"], protocol, name, socket["address"], bool(said) or (own if bind["tls"] else kept), "", said)


def _comparisons(proxies: Sequence[Row], options: Row, made: Made, redirected: Sequence[int]) -> Iterator[dict[str, Any]]:
    for number in redirected:
        socket = list_sockets(proxies[number], False)[0]
        yield {"name": options["server_name"], "path": "/", "address": socket["address"] or planning.LOCAL,
               "plain_port": socket["port"], "port": options["port"], "made": number in made}


def _overrides(wanted: Wanted, certificate: Row) -> Iterator[dict[str, Any]]:
    """Yield lines that count in spite of the global settings and would defeat the policy.

    Each has a ``sentence``, and ``instead``: the line without what is weak, and with what is missing; empty if the line
    has nothing else to say.
    """
    for proxy in wanted.seen["proxies"]:
        for bind in [bind for bind in proxy["binds"] if bind["tls"] and any(socket["exposed"] for socket in bind["sockets"])]:
            yield from _judge_line(bind, f"{proxy['kind']} {proxy['name']}", wanted, _client_words(wanted, certificate), True)
    for row in wanted.seen["listed"]:
        yield from ({**item, "listed": True} for item in _judge_line(row, "crt-list", wanted, [], False))
    for row in wanted.seen["settings"]:
        name, value = row["words"][0], row["words"][-1]
        low = name == "ssl-security-level" and value.isdigit() and int(value) < wanted.policy.openssl_seclevel
        if low or (name, value) == ("ssl-server-verify", "none"):
            why = "lowers OpenSSL's security level" if low else "lets servers behind have any certificate"
            yield {**row, "name": name, "instead": "", "sentence": web.write_override(
                "haproxy", f"{row['file']}:{row['shown']} (global)", " ".join(row["words"]), why)}


def _judge_line(row: Row, where: str, wanted: Wanted, client: list[str], bound: bool) -> Iterator[dict[str, Any]]:
    weak = [(option, why) for option in row["options"] if (why := judge_option(option[0], option[1], wanted))]
    said, missing = to_option(row["options"]), []
    asked = said.get("verify", "required" if "ca-file" in said else "none")
    if bound and client and asked not in ("required", client[0].split()[1]):
        missing = client
        weak += [(option, "") for option in row["options"] if option[0] in ("verify", "ca-file")]
    unchecked = bool(bound and client[1:] and not missing and "crl-file" not in said and said.get("ca-file") in client[0].split())
    reasons = [f"{raw} {why}" for (_name, _value, raw), why in weak if why]
    reasons += ["asks less of client certificates than the role"] if missing else []
    if unchecked:
        missing, reasons = client[1:], [*reasons, "does not hold client certificates against the revocation list"]
    if bound and wanted.options["unknown_names"] == "reject" and "strict-sni" not in said:
        missing, reasons = [*missing, "strict-sni"], [*reasons, "serves its first certificate to every name"]
    reasons = reasons or (["has a variable or a passphrase, so that it cannot be judged"] if row.get("unclear") else [])
    if reasons:
        gone = [option for option, _why in weak]
        kept = [raw for name, value, raw in row["options"] if [name, value, raw] not in [list(option) for option in gone]]
        text = " ".join([*row["head"], *kept, *missing])
        if not bound:
            text = re.sub(r" ?\[.*?\]", f" [{' '.join(kept)}]" if kept else "", row["rest"], count=1)
        yield {**row, "name": row["head"][0], "instead": text, "sentence": web.write_override(
            "haproxy", f"{row['file']}:{row['shown']} ({where})", " ".join(row["head"]), "; ".join(reasons))}


def judge_option(name: str, value: str, wanted: Wanted) -> Optional[str]:
    """Return what is wrong with an option of a ``bind`` or crt-list, None if nothing."""
    policy, version = wanted.policy, str((wanted.seen["tls_library"] or {}).get("version"))
    if name == "ssl-min-ver" or name.startswith("force-"):
        oldest = value if name == "ssl-min-ver" else _VERSIONS.get(name, "")
        why = judging.judge("command", ["MinProtocol", oldest], policy, version)
        gone = name != "ssl-min-ver" and oldest != policy.max_protocol and oldest in policy.protocols
        return why or ("turns newer protocols off" if gone else None)
    if name == "ssl-max-ver" or name in _VERSIONS:
        limit = value if name == "ssl-max-ver" else ""
        lost = [item for item in policy.protocols if item == _VERSIONS.get(name) or (limit and item > limit)]
        return f"turns {', '.join(lost)} off, which the policy allows" if lost else None
    if name in ("ciphers", "ciphersuites", "curves", "ecdhe", "sigalgs") and value:
        command = {"ciphersuites": "Ciphersuites", "sigalgs": "SignatureAlgorithms"}.get(name)
        return judging.judge("command", [command, value], policy, version) if command else judging.judge(
            "ciphers" if name == "ciphers" else "groups", [value], policy, version)
    return "accepts early data, which can be sent again by an attacker" if name == "allow-0rtt" else None


def _unclear(proxies: Sequence[Row]) -> Iterator[str]:
    for proxy in proxies:
        for bind in [bind for bind in proxy["binds"] if any(socket["odd"] for socket in bind["sockets"])]:
            yield (f"{bind['file']}:{bind['shown']}: `{' '.join(bind['head'])}` names more or less than one port, so it is "
                   "not checked. Give each port a `bind` of its own.")


def _blocking(wanted: Wanted, overrides: Sequence[Row], made: Made, certificate: Row, behind: Sequence[str]) -> Iterator[str]:
    """Yield why the settings must not be put in force at all."""
    seen, options = wanted.seen, wanted.options
    yield from seen["problems"]
    if not seen["problems"] and (seen["late"] or not seen["global"]):
        wrong = f"{seen['late']}: the section `global` comes after a `bind`" if seen["late"] else "HAProxy has no section `global`"
        yield f"{wrong}, and a `bind` takes only settings that stand before it. Put a section `global` at the beginning."
    yield from web.find_missing_authority(wanted)
    yield from (row["sentence"] for row in overrides if options["overrides"] == "fail")
    yield from behind if wanted.policy.plaintext == "none" else ()
    bundle, key = certificate["bundle"] or certificate["fullchain"], certificate["private_key"]
    if made and not certificate["bundle"] and key not in (bundle, bundle + ".key"):
        yield (f"HAProxy takes a certificate and its key from one file, or the key from {bundle}.key; {key} is neither. Put both "
               "into one file and name it as certificate and private_key, or link the key to that name.")


PACK = planning.Pack(
    name="haproxy", title="HAProxy", summary="Enforce a TLS policy on HAProxy and prove it on the wire",
    description=(
        "Adds TLS settings as marked lines to the files that HAProxy reads, gives a frontend without TLS a TLS port, makes plain "
        "http only redirect to https, and moves servers behind to verified TLS on request.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13."),
    options=OPTIONS, plan=plan, packages=lambda _options: ("haproxy", "openssl"), language="OpenSSL, by the library of HAProxy",
    validated_by="haproxy -c and a test instance, probed")
