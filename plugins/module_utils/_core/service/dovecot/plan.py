# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Dovecot: its options, and its plan on one host.

The settings stand in a file of our own that is read last in ``conf.d``: of two values outside of blocks the later one
counts.  A value in a block (``protocol``, ``local``, ``remote``, ``ssl_server``) counts wherever it stands.
(Dovecot 2.3 and 2.4: doc.dovecot.org, "SSL/TLS Configuration"; OpenSSL: SSL_CONF_cmd(3).)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.service import overrides as judging
from ansible_collections.intransit.tls.plugins.module_utils._core.service import planning, web
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.host import CONF, ROOT, has_new_names
from ansible_collections.intransit.tls.plugins.module_utils._core.service.edits import Edits
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort, Wanted

Row = Mapping[str, Any]
_STARTTLS = ("imap", "pop3", "sieve", "submission")
"""Protocols whose ports the role can close; LMTP has no logins and moves mail, so it is never closed."""


def _port_option(name: str, port: int, title: str) -> Option:
    return Option(
        name=name, type="choice", choices=("policy", "closed"), default="policy",
        description=(f"Port {port} ({title}, STARTTLS), if this host serves it. V(policy) keeps it open, without logins before "
                     "TLS, and closes it if the policy allows no port that begins in plaintext. V(closed) closes it.",))


OPTIONS = (
    Option(name="server_name", type="host", default_from="{{ inventory_hostname }}",
           description=("Name that clients use. Default: the host's name in the inventory.",)),
    _port_option("imap", 143, "IMAP"), _port_option("pop3", 110, "POP3"), _port_option("sieve", 4190, "ManageSieve"),
    _port_option("submission", 587, "mail submission by Dovecot itself"),
    Option(
        name="lmtp", type="choice", choices=("fail", "report"), default="fail",
        description=(
            "What to do if LMTP listens on an address that other hosts reach. Dovecot offers STARTTLS there, but no setting makes "
            "it refuse mail without TLS.",
            "V(fail) stops before the first change. V(report) continues with a warning, and the verdict decides.")),
    Option(
        name="overrides", type="choice", choices=("report", "neutralise", "fail"), default="report",
        description=(
            "What to do with settings in blocks such as C(protocol), C(local) or C(remote) that defeat the policy.",
            "V(report) shows them and the verdict decides. V(neutralise) turns their lines into comments. V(fail) "
            "stops before the first change.",
            "A setting that is read after the file of the role and contradicts it stops the run, unless it is neutralised.")),
    planning.CLIENT_CERTIFICATE, planning.REPLACE_CERTIFICATE,
    Option(name="client_ca_file", type="path", default="",
           description=("Path on the host to the CA file that verifies client certificates. If empty and the private CA issued "
                        "this host's certificate, that CA is used.",)),
    Option(name="client_crl", type="bool", default=False,
           description=("Whether the CA file also holds certificate revocation lists, and every client certificate needs one.",)),
    Option(name="session_tickets", type="bool", default=False,
           description=("Whether to issue TLS session tickets. Their keys live as long as the daemon.",)),
    Option(name="template", type="str", default="dovecot/tls.conf.j2", description=("Template of the file with the settings.",)),
)
_SAYS = {"imap": r"^\* CAPABILITY ", "pop3": r"^\+OK", "sieve": '"IMPLEMENTATION"', "submission": "^250", "smtps": "^250",
         # It is asked as SMTP is, which LMTP does not know.
         "lmtp": "^500"}
# A key that does not fit, a cipher list or groups that OpenSSL does not know: each handshake is reset.
_FATAL = r"Fatal: |Failed to initialize SSL|[Cc](?:an't|ouldn't) (?:load|set|parse|initialize|read)"
# Without what differs in each line, so that nothing is quoted twice.
_LOG = "log_path = /dev/stderr\nlog_timestamp =\nlogin_log_format_elements =\n"
_ELSEWHERE = "127.0.0.2"
"""A client at the server's own address counts as secure.  The host asks this address from 127.0.0.1, which does not."""


def plan(wanted: Wanted) -> planning.Plan:
    """Return what Dovecot needs on one host."""
    wanted.require_installed()
    seen, options = wanted.seen, wanted.options
    need = planning.CertificateNeed((options["server_name"],), {})
    certificate = wanted.certificate(need)
    values = dict(_settings(wanted, certificate))
    closed = [row for row in seen["sockets"] if _is_closed(row, wanted)]
    overrides = list(_overrides(wanted))
    later = list(_later(seen, values, closed))
    edits = Edits()
    shared = edits.disable([*overrides, *later] if options["overrides"] == "neutralise" else [])
    ports = tuple(_ports([row for row in seen["sockets"] if row not in closed], options))
    authority = values.get("ssl_ca" if "ssl_ca" in values else "ssl_server_ca_file", "").lstrip("<")
    return planning.Plan(
        ports=ports, closing=tuple(_ports(closed, options)), ending=tuple(_ending(closed, wanted, certificate)),
        changes=({"kind": "file", "path": CONF, "state": "present"}, *edits.changes(seen["files"])),
        templates={CONF: (options["template"], {
            "policy": wanted.policy.name, "policy_source": wanted.policy.source, "settings": list(values.items()),
            "certificate_required": values.get("auth_ssl_require_client_cert") == "yes",
            "closed": [{"service": row["service"], "listener": row["listener"]} for row in closed]})},
        units=("dovecot.service",), verb="reload", instance=make_instance(seen, ports),
        # -x reads the files that settings name. What it prints holds passwords, and is thrown away.
        own_check=("/bin/sh", "-c", "exec doveconf -nx >/dev/null"),
        requires=tuple(path for path in (certificate["fullchain"], certificate["private_key"], authority) if path),
        authorities=(authority,) if authority else (),
        certificate=need, served_certificate=certificate["fullchain"],
        blocking=tuple(_blocking(wanted, overrides, later, closed)),
        warnings=(*(row["sentence"] for row in overrides if options["overrides"] == "report"), *shared, *_warnings(wanted)))


def make_instance(seen: Row, ports: Sequence[ServicePort]) -> dict[str, Any]:
    """Return the test instance; see ``_core/change/instance.py``."""
    return {
        "command": ["/usr/sbin/dovecot", "-F"], "unit": "dovecot.service",
        "temporary": [{"path": path, "mode": "0755"} for path in seen["folders"]],
        "edits": [{"kind": "file", "path": f"{ROOT}/conf.d/zz-intransit-test.conf", "content": _LOG}],
        "fatal": _FATAL, "telling": r"(?:Fatal|Error|Panic|Warning): (?!setrlimit)",
        "endpoints": [{**port.local_endpoint(), **({"judged": False} if port.foreign else {})} for port in ports],
        "prevents": {
            "Mail is delivered, fetched or copied to another server": "Nothing logs in, and there is no network.",
            "Sockets of other programs are taken over": "They are made in an overlay.",
        },
    }


def _settings(wanted: Wanted, certificate: Row) -> Iterator[tuple[str, str]]:
    """Yield the settings outside of blocks, by the names that this version knows; an unknown name is fatal."""
    openssl, policy, options = wanted.openssl(), wanted.policy, wanted.options
    new = has_new_names(str(wanted.seen["version"]))
    yield "ssl", "required"
    yield ("auth_allow_cleartext", "no") if new else ("disable_plaintext_auth", "yes")
    yield "ssl_min_protocol", policy.min_protocol
    yield from [("ssl_cipher_list", openssl.cipher_string)] if openssl.cipher_string else []
    yield from [("ssl_cipher_suites", openssl.ciphersuites)] if openssl.ciphersuites else []
    yield "ssl_curve_list", openssl.groups
    yield (("ssl_server_prefer_ciphers", "server" if policy.server_preference else "client") if new else
           ("ssl_prefer_server_ciphers", "yes" if policy.server_preference else "no"))
    flags = [*([] if new else ["no_compression"]), *([] if options["session_tickets"] else ["no_ticket"])]
    yield "ssl_options", " ".join(flags)
    for name, path in (("cert", certificate["fullchain"]), ("key", certificate["private_key"])):
        yield from [(f"ssl_server_{name}_file", path)] if new else [(f"ssl_{name}", "<" + path)]
        # A second certificate of another kind of key would be served to some clients.
        yield (f"ssl_server_alt_{name}_file" if new else f"ssl_alt_{name}"), ""
    client = web.find_client_rule(policy, options)
    if client != "none":
        path = options["client_ca_file"] or certificate["chain"] or ""
        yield ("ssl_server_request_client_cert" if new else "ssl_verify_client_cert"), "yes"
        yield from [("ssl_server_ca_file", path)] if new else [("ssl_ca", "<" + path)]
        yield ("ssl_server_require_crl" if new else "ssl_require_crl"), "yes" if options["client_crl"] else "no"
        yield "auth_ssl_require_client_cert", "yes" if client == "required" else "no"


def _is_closed(row: Row, wanted: Wanted) -> bool:
    asked = wanted.options.get(row["protocol"], "policy")
    return row["protocol"] in _STARTTLS and (
        asked == "closed" or wanted.policy.starttls in ("implicit_only", "forbidden"))


def _ports(rows: Sequence[Row], options: Row) -> Iterator[ServicePort]:
    for row in [row for row in rows if row["protocol"]]:
        everywhere = [address for address in row["addresses"] if address in ("*", "0.0.0.0", "::", "[::]")]
        by_tls = row["protocol"] not in (*_STARTTLS, "lmtp")
        proxy = f"haproxy of the listener {row['listener']}" if row["proxy"] else ""
        for address in [""] if everywhere else row["addresses"]:
            # On a port bound to one of its addresses, Dovecot offers the host itself logins without TLS, and no other host.
            foreign = bool(proxy) or row["protocol"] == "lmtp" or not (by_tls or {"*", "0.0.0.0"} & set(everywhere))
            yield ServicePort(
                row["port"], row["protocol"], options["server_name"], address, foreign,
                _SAYS.get(row["protocol"].rstrip("s"), _SAYS.get(row["protocol"], "")), proxy,
                _ELSEWHERE if {"*", "0.0.0.0"} & set(everywhere) else "")


def _ending(closed: Sequence[Row], wanted: Wanted, certificate: Row) -> Iterator[planning.Ending]:
    """Yield the ports that close.  On those that stay, a client on the host counts as secure and loses nothing."""
    open_now = {row["port"] for row in wanted.seen.get("listeners") or ()}
    for row in [row for row in closed if row["protocol"] in ("imap", "pop3")]:
        yield planning.Ending(row["port"], row["protocol"], True, now=row["port"] in open_now,
                              server_name=str(wanted.options["server_name"]), ca_file=wanted.ca_file(certificate))


def _place(row: Row) -> str:
    return f"{row['file']}:{row['shown']}" + "".join(f" ({block})" for block in row["blocks"][-1:])


def _overrides(wanted: Wanted) -> Iterator[dict[str, Any]]:
    """Yield settings that count in spite of the role's file and would defeat the policy, each with a ``sentence``."""
    for row in wanted.seen["settings"]:
        inside = row["blocks"] and not row["blocks"][0].startswith("service ")
        why = _judge(row, wanted) if inside or row["name"] == "login_trusted_networks" else None
        if why:
            setting = f"{row['name']} = {row['value']}"
            yield {**row, "sentence": web.write_override("dovecot", _place(row), setting, why)}


def _judge(row: Row, wanted: Wanted) -> Optional[str]:
    name, value, policy = row["name"], row["value"], wanted.policy
    version = str((wanted.seen["tls_library"] or {}).get("version"))
    if "$" in value:
        return "is a variable, so that it cannot be judged"
    if name == "ssl":
        return None if value == "required" else "allows sessions without TLS"
    if (name, value) in (("disable_plaintext_auth", "no"), ("auth_allow_cleartext", "yes")):
        return "allows passwords without TLS"
    if name == "login_trusted_networks" and not has_new_names(str(wanted.seen["version"])) and not _is_local(value):
        return "lets these networks log in without TLS"
    if name == "ssl_min_protocol":
        return judging.judge("command", ["MinProtocol", "TLSv1.3" if value == "LATEST" else value], policy, version)
    if name in ("ssl_cipher_list", "ssl_cipher_suites", "ssl_curve_list") and value:
        kind = {"ssl_cipher_list": "ciphers", "ssl_cipher_suites": "command"}.get(name, "groups")
        return judging.judge(kind, ["Ciphersuites", value] if kind == "command" else [value], policy, version)
    asks = {"ssl_verify_client_cert": "optional", "ssl_server_request_client_cert": "optional",
            "auth_ssl_require_client_cert": "on"}.get(name)
    asked = web.find_client_rule(policy, wanted.options)
    if asks and value == "no" and (asked == "required" or (asked, asks) == ("optional", "optional")):
        return "asks less of client certificates than the role"
    return None


def _is_local(networks: str) -> bool:
    try:
        return all(ipaddress.ip_network(word, strict=False).is_loopback for word in networks.replace(",", " ").split())
    except ValueError:
        return False


def _later(seen: Row, values: Mapping[str, str], closed: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield settings that are read after the role's file and say something else than it."""
    ports = {(f"service {row['service']}", f"inet_listener {row['listener']}") for row in closed}
    for row in seen["settings"]:
        ours = "0" if tuple(row["blocks"]) in ports and row["name"] == "port" else values.get(row["name"])
        if ours not in (None, row["value"]) and (not row["blocks"] or row["name"] == "port"):
            yield {**row, "sentence": (
                f"{_place(row)} sets `{row['name']}` and is read after {CONF}, so that it counts instead of `{ours}`. Move "
                "it in front of that file, remove it, or set dovecot_tls_overrides to neutralise.")}


def _warnings(wanted: Wanted) -> Iterator[str]:
    for row in [row for row in wanted.seen["sockets"] if not row["protocol"] and not _is_local(" ".join(row["addresses"]))]:
        yield (f"Dovecot's service {row['service']} listens on port {row['port']} without TLS. Bind it to a loopback address, or "
               "set `ssl = yes` in its inet_listener.")
    yield from _lmtp(wanted) if wanted.options["lmtp"] == "report" else ()


def _lmtp(wanted: Wanted) -> Iterator[str]:
    for row in wanted.seen["sockets"]:
        if row["protocol"] == "lmtp" and not _is_local(" ".join(row["addresses"])):
            yield (f"LMTP listens on {' and '.join(row['addresses'])}, port {row['port']}, and Dovecot takes mail there without "
                   "TLS. Use a unix socket, bind it to 127.0.0.1 (`listen`, before Dovecot 2.4 `address`), or set "
                   "dovecot_tls_lmtp to report.")


def _blocking(wanted: Wanted, overrides: Sequence[Row], later: Sequence[Row], closed: Sequence[Row]) -> Iterator[str]:
    """Yield why the settings must not be put in force at all."""
    seen, options, policy = wanted.seen, wanted.options, wanted.policy
    yield from seen["problems"]
    if not seen["included"] and not seen["problems"]:
        yield (f"{ROOT}/dovecot.conf does not include {CONF}, so that the settings would not be read. Add the line "
               "`!include_try conf.d/*.conf` at its end.")
    if policy.max_protocol != "TLSv1.3":
        yield (f"Dovecot has no setting for the newest protocol, and the policy {policy.name} allows nothing newer than "
               f"{policy.max_protocol}.")
    yield from web.find_missing_authority(wanted)
    yield from (row["sentence"] for row in overrides if options["overrides"] == "fail")
    yield from (row["sentence"] for row in later if options["overrides"] != "neutralise")
    yield from _lmtp(wanted) if options["lmtp"] == "fail" else ()
    yield from (f"The listener of service {row['service']} on port {row['port']} has no name, so that it cannot be closed. Give its "
                "inet_listener a name." for row in closed if not row["listener"])


PACK = planning.Pack(
    name="dovecot", title="Dovecot", summary="Enforce a TLS policy on Dovecot and prove it on the wire",
    description=(
        "Writes the TLS settings of IMAP, POP3, ManageSieve, LMTP and mail submission into a file of its own in "
        "C(/etc/dovecot/conf.d), with the names that the installed version knows. Logins before TLS are refused.",
        "Dovecot as the login backend of Postfix keeps working; its sockets stay as they are.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13."),
    options=OPTIONS, plan=plan, packages=lambda _options: ("dovecot-core",), language="OpenSSL, by the library of Dovecot",
    validated_by="doveconf -nx and a test instance, probed")
