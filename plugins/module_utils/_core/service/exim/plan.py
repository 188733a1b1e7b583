# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service pack of Exim: its options, and its plan on one host.

The settings stand in a file of our own.  Macros of Debian's configuration are defined there, or redefined if another
file did; main options have to be set once, so those of other files are named, or turned into comments by option.
(Exim 4.96 and 4.98: the Exim specification, "Main configuration" and "Access control lists"; RFC 3207, 6409, 8314.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service import planning, web
from ansible_collections.intransit.tls.plugins.module_utils._core.service.exim.host import (
    DEBIAN,
    LOCAL,
    SPLIT_CONF,
    UNSPLIT_CONF,
    WHOLE,
    is_loopback,
    list_ports,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort, Wanted

Row = Mapping[str, Any]
_MANAGED = {"smtp": 25, "submission": 587, "submissions": 465}
_NAME = re.compile(r"[\w./-]+\Z")
_EVERY = ("0.0.0.0", "::", "::0", "0::0")

OPTIONS = (
    Option(name="server_name", type="host", default="",
           description=("Name that others use for this host. If empty, the name that Exim gives itself (primary_hostname).",)),
    Option(
        name="smtp", type="choice", choices=("auto", "may", "encrypt", "closed"), default="auto",
        description=(
            "TLS on port 25. V(may): offer STARTTLS, also accept plaintext, as every public mail exchanger does (RFC 3207 "
            "section 4). V(encrypt): require STARTTLS, mail from servers without TLS is lost. V(closed): do not listen on port 25.",
            "V(auto) uses V(encrypt) if the role set that before or if the policy forbids plaintext, V(closed) if the policy "
            "forbids STARTTLS, and V(may) otherwise. It opens no port 25 on a host without one; V(may) and V(encrypt) do.")),
    Option(
        name="submission", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=(
            "Port 587, mail submission. STARTTLS is required, and a login if the host has an authenticator for clients.",
            "V(auto) opens the port if it exists already or if such an authenticator exists, unless the policy forbids STARTTLS.")),
    Option(
        name="submissions", type="choice", choices=("auto", "open", "closed"), default="auto",
        description=("Port 465, mail submission with TLS from the first byte, and a login as on port 587. V(auto) opens the port if it "
                     "exists already or if an authenticator for clients exists.",)),
    Option(
        name="outgoing", type="choice", choices=("auto", "may", "encrypt", "verify"), default="auto",
        description=(
            "TLS for mail that leaves. V(may): if it is offered. V(encrypt): always, with any certificate; mail waits in the queue "
            "for a server without TLS. V(verify): also require a matching certificate of the smarthost.",
            "V(auto) uses V(encrypt) if the policy forbids plaintext. Otherwise it sets nothing, as V(may) does, and what the host has "
            "stays in force.")),
    Option(name="outgoing_ca_file", type="path", default="/etc/ssl/certs/ca-certificates.crt",
           description=("Path on the host to the CA file that V(verify) trusts.",)),
    Option(
        name="outgoing_floor", type="bool", default=False,
        description=(
            "Whether mail that leaves with V(encrypt) or V(verify) also keeps to the protocols, suites and groups of the policy.",
            "Exim has a setting for that only in the transports, so one line is added to each of Debian's two in "
            "C(exim4.conf.template) or C(conf.d/transport). At an upgrade that changes these files, dpkg asks what to do with them.")),
    planning.REPLACE_CERTIFICATE, planning.CLIENT_CERTIFICATE,
    Option(name="client_ca_file", type="path", default="",
           description=("Path on the host to the CA file that verifies client certificates. If empty and the private CA issued "
                        "this host's certificate, that CA is used.",)),
    Option(
        name="overrides", type="choice", choices=("fail", "neutralise"), default="fail",
        description=(
            "What to do with options that other files set as well, and with macros that they define after the role's file. Exim takes "
            "each of them once.",
            "V(fail) names them and stops before the first change. V(neutralise) turns their lines into comments.")),
    Option(name="template", type="str", default="exim/tls.conf.j2", description=("Template of the file with the settings.",)),
)

_COMMAND = r"""set -e
chown Debian-exim /var/log/exim4/mainlog
update-exim4.conf
grep -q '^smtp_accept_max *=' /var/lib/exim4/config.autogenerated || sed -i '1i smtp_accept_max = 200' /var/lib/exim4/config.autogenerated
sed -e '/^[.]include .*\/intransit-tls[.]conf$/{' -e 'r /etc/exim4/intransit-tls.conf' -e d -e '}' /var/lib/exim4/config.autogenerated |
  sed -e 's/^auth_advertise_hosts *=.*/auth_advertise_hosts = */' -e '/^acl_smtp_auth *=/s/[$]tls_in_cipher/TLS/' >/run/exim4/inside-tls
for port in @PORTS@; do
  ask() { printf 'EHLO test.invalid\n%b\nQUIT\n' "$1" | exim4 $2 -bh 127.0.0.1.4000 -oMi 127.0.0.1.$port 2>/dev/null >/run/exim4/said
    if grep '^451 Temporary local problem' /run/exim4/said >&2; then echo "fatal: $3 on port $port" >&2; exit 1; fi; }
  ask 'MAIL FROM:<>' '' 'mail is put off'
  ask 'AUTH PLAIN\n*' '-C /run/exim4/inside-tls' 'a login is put off'
done
exec exim4 -bdf -odq
"""
"""An ACL that cannot be read puts off each mail or login, and nothing else shows it.  A session for a test knows no TLS, so
the second one gets settings in which it counts as encrypted."""
_CHECK = r"""set -e
folder=$(mktemp -d)
export TMPDIR="$folder"
trap 'rm -rf "$folder"' EXIT
update-exim4.conf --output "$folder/exim.conf"
exim4 -C "$folder/exim.conf" -bdf -odq -oX 127.0.0.1.34725 -oP "$folder/pid" 2>"$folder/said" & pid=$!
for _ in 1 2 3 4 5 6 7 8; do sleep 0.2; kill -0 $pid 2>/dev/null || { cat "$folder/said" >&2; exit 1; }; done
kill $pid
wait $pid || :
"""
"""A daemon for a moment, at a port that no other host reaches: nothing else notices a priority string that ends it."""
_FATAL = r"cert/key setup|gnutls_priority_init|^fatal: "


def plan(wanted: Wanted) -> planning.Plan:
    """Return what Exim needs on one host; nothing if only the host itself reaches it."""
    if not wanted.seen.get("installed"):
        raise DialectError("Exim is not installed on this host. Install exim4-daemon-light or exim4-daemon-heavy; the role does not, because "
                           "Debian would remove another mail server for it.")
    seen, options = wanted.seen, wanted.options
    if is_local_only(seen):
        return planning.Plan(
            ports=(), changes=(), units=(), verb="reload", instance={},
            warnings=("Exim listens on no address that other hosts reach, so that it is left as it is. Mail of this host's own programs "
                      "reaches it as before. To receive mail by TLS, set dc_local_interfaces and dc_eximconfig_configtype in "
                      f"{DEBIAN}, run update-exim4.conf, restart exim4 and run this role again.",))
    ways = Ways(wanted.policy, seen, options)
    need = planning.CertificateNeed((wanted.server_name,), {"owner": "root", "group": "Debian-exim", "mode": "0640"})
    certificate = wanted.certificate(need)
    settings = Settings(wanted, ways, certificate)
    conflicts = list(find_conflicts(seen, settings))
    ports = tuple(_ports(ways, wanted))
    conf, other = (SPLIT_CONF, UNSPLIT_CONF) if seen["split"] else (UNSPLIT_CONF, SPLIT_CONF)
    authority = settings.authorities
    return planning.Plan(
        ports=ports, closing=tuple(_closing(ways, wanted)), ending=tuple(_ending(ways, wanted, certificate)),
        changes=({"kind": "file", "path": conf, "state": "present"}, *_edits(wanted, conflicts, settings),
                 {"kind": "file", "path": other, "state": "absent"}),
        templates={conf: (options["template"], {
            "policy": wanted.policy.name, "policy_source": wanted.policy.source, "macros": list(settings.macros.items()),
            "options": list(settings.options.items()), "certificate": certificate["fullchain"],
            "private_key": certificate["private_key"], "mail": settings.mail})},
        units=("exim4.service",), verb="reload", instance=make_instance(ways, ports), own_check=("/bin/sh", "-c", _CHECK),
        requires=tuple(path for path in (certificate["fullchain"], certificate["private_key"], *authority) if path),
        authorities=authority, certificate=need, served_certificate=certificate["fullchain"],
        blocking=tuple(_blocking(wanted, ways, conflicts)), warnings=tuple(_warnings(wanted, ways)))


def is_local_only(seen: Row) -> bool:
    """Tell whether no other host reaches this Exim: by its settings and by what listens now."""
    open_now = [str(row["address"]).strip("[]") for row in seen.get("listeners") or ()]
    if not all(map(is_loopback, open_now)):
        return False
    if seen["command"] or not seen["daemon"]:
        return bool(open_now) or not seen["daemon"]
    addresses = [row["address"] for row in seen["interfaces"]]
    return bool(addresses) and all(map(is_loopback, addresses))


class Ways:
    """What the options, the policy and the host come to: which ports are open, and how."""

    def __init__(self, policy: Policy, seen: Row, options: Row) -> None:
        fixed = [row["port"] for row in seen["interfaces"] if row["port"]]
        self.there = [*seen["ports"], *fixed]
        starttls, auto = policy.starttls in ("allowed", "required"), options["smtp"] == "auto"
        closed = options["smtp"] == "closed" or (auto and policy.starttls == "forbidden")
        self.open = {
            25: not closed and (25 in self.there or not auto),
            587: self._is_open(options["submission"], 587, seen, starttls),
            465: self._is_open(options["submissions"], 465, seen, True),
        }
        self.encrypt = options["smtp"] == "encrypt" or (
            auto and (25 in seen["requires_tls"] or policy.plaintext == "none"))
        self.logins = bool(seen["logins"])
        self.outgoing = str(options["outgoing"])
        if self.outgoing == "auto":
            self.outgoing = "encrypt" if policy.plaintext == "none" else "may"
        others = [port for port in self.there if port not in _MANAGED.values()]
        self.ports = list(dict.fromkeys([*(port for port, is_open in self.open.items() if is_open), *others]))
        self.tls_ports = [port for port in self.ports if port == 465 or (port in seen["tls_ports"] and port in others)]
        self.submission = [port for port in (587, 465) if self.open[port]]
        self.required = [port for port in self.ports if self.encrypt or port in self.submission]

    def _is_open(self, option: str, port: int, seen: Row, allowed: bool) -> bool:
        return option == "open" if option != "auto" else allowed and (port in self.there or bool(seen["logins"]))


class Settings:
    """What the role's file holds."""

    def __init__(self, wanted: Wanted, ways: Ways, certificate: Row) -> None:
        options, client = wanted.options, web.find_client_rule(wanted.policy, wanted.options)
        self.macros = {"MAIN_TLS_ENABLE": "yes", "MAIN_TLS_CERTIFICATE": certificate["fullchain"],
                       "MAIN_TLS_PRIVATEKEY": certificate["private_key"], "MAIN_TLS_ADVERTISE_HOSTS": "*"}
        self.authorities: tuple[str, ...] = ()
        if client != "none":
            self.authorities = (str(options["client_ca_file"] or certificate["chain"] or ""),)
            everywhere = "*" if not ways.open[25] or ways.encrypt else "${if eq{$received_port}{25}{}{*}}"
            self.macros["MAIN_TLS_VERIFY_CERTIFICATES"] = self.authorities[0]
            self.macros["MAIN_TLS_VERIFY_HOSTS" if client == "required" else "MAIN_TLS_TRY_VERIFY_HOSTS"] = (
                everywhere if client == "required" else "*")
        if ways.outgoing != "may":
            self.macros.update(dict.fromkeys(("REMOTE_SMTP_HOSTS_REQUIRE_TLS", "REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS"), "*"))
        if ways.outgoing == "verify":
            self.macros["REMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS"] = "*"
            self.macros["REMOTE_SMTP_SMARTHOST_TLS_VERIFY_CERTIFICATES"] = str(options["outgoing_ca_file"])
        self.priority = wanted.gnutls().priority
        theirs = [row for row in wanted.seen["settings"] if row["kind"] == "option"]
        chained = [f"require acl = {row['value']}" for row in theirs if row["name"] == "acl_smtp_auth" and _NAME.match(row["value"])]
        # Exim ends (SIGSEGV) if it reads an ACL out of an option in which nothing is expanded.
        refusal, accepted = "{deny message = 538 5.7.11 Encryption required}", r"\n".join([*chained, "accept"])
        auth = "${if eq{$tls_in_cipher}{}" + refusal + "{" + accepted + "}}"
        wished = {
            "tls_require_ciphers": self.priority, "daemon_smtp_ports": _list(ways.ports),
            "tls_on_connect_ports": _list(ways.tls_ports), "auth_advertise_hosts": "${if eq{$tls_in_cipher}{}{}{*}}",
            "acl_smtp_auth": f'"{auth}"',
        }
        self.options = {name: value for name, value in wished.items() if not any(
            row["name"] == name and _means_the_same(row["value"], value) for row in theirs)}
        self.mail = _mail_acl(ways)
        self.floor = options["outgoing_floor"] and ways.outgoing != "may"


def _means_the_same(theirs: str, ours: str) -> bool:
    """Tell whether the host has a setting already: the same words, or the same ports in another order."""
    return theirs == ours or (bool(list_ports(ours)) and sorted(list_ports(theirs)) == sorted(list_ports(ours)))


def _list(ports: Sequence[int]) -> str:
    return " : ".join(map(str, ports))


def _mail_acl(ways: Ways) -> list[str]:
    """Return what is asked before the ACL that the host has; lines of an ACL in an option."""
    rows = [(ways.required, "!encrypted = *", "530 5.7.0 Must issue a STARTTLS command first"),
            (ways.submission if ways.logins else [], "!authenticated = *", "530 5.7.0 Authentication required")]
    return [line for ports, condition, message in rows if ports for line in (
        f"deny condition = ${{if inlist{{$received_port}}{{{_list(ports)}}}}}", f" {condition}", f" message = {message}")]


def find_conflicts(seen: Row, settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield what other files say that the role says too, and Exim takes once; each with a ``sentence``."""
    behind = False
    for row in seen["settings"]:
        behind = behind or row["kind"] == "ours"
        place = f"{row['file']}:{row['shown']}"
        if row["kind"] == "macro" and row["name"] in (*settings.macros, "MAIN_ACL_CHECK_MAIL"):
            if behind and ["ifndef", row["name"]] not in row["guards"]:
                yield {**row, "sentence": f"{place} defines {row['name']} after the file of the role, which Exim refuses or which "
                                          "counts instead. Take it out, or set exim_tls_overrides to neutralise."}
            elif "CERTIFICATE" in row["name"] and row["name"].startswith("MAIN_") and "$tls" in row["value"]:
                yield {**row, "sentence": f"{place} chooses the certificate by {row['value']}, and the role serves one. Name all names in "
                                          "one certificate, and take the line out or set exim_tls_overrides to neutralise."}
        elif row["kind"] == "option" and _is_set(row, settings):
            yield {**row, "sentence": f"{place} sets {row['name']}, which the role sets too, and Exim takes an option once. Take it out, or "
                                      "set exim_tls_overrides to neutralise."}


def _is_set(row: Row, settings: Settings) -> bool:
    """Tell whether the role sets this option, by itself or by a macro of Debian's."""
    by_macro = {"tls_certificate", "tls_privatekey", "tls_verify_certificates", "tls_advertise_hosts"}
    by_macro |= {name.replace("MAIN_TLS", "tls").lower() for name in settings.macros if name.startswith("MAIN_TLS_")}
    debian = re.match(r"MAIN_[A-Z_]+\Z", row["value"])
    return row["name"] in settings.options or (row["name"] in by_macro and not debian)


def _edits(wanted: Wanted, conflicts: Sequence[Row], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield a change for each file of others with edits, wanted or of an earlier run."""
    seen = wanted.seen
    disabled = conflicts if wanted.options["overrides"] == "neutralise" else ()
    transports = seen["transports"] if settings.floor else ()
    for path, facts in seen["files"].items():
        lines = sorted({line for row in disabled if row["file"] == path for line in row["lines"]})
        added = [[row["line"], f"  tls_require_ciphers = {settings.priority}"] for row in transports if row["file"] == path]
        last = f".include {UNSPLIT_CONF}" if path == LOCAL and not seen["split"] else ""
        if lines or added or last or facts["edited"]:
            yield {"kind": "edited_file", "format": "exim", "path": path, "create": path == LOCAL,
                   "values": {"digest": facts["digest"], "disabled": lines, "added": added, "last": last}}


def _ports(ways: Ways, wanted: Wanted) -> Iterator[ServicePort]:
    for port in ways.ports:
        login = port in ways.submission
        protocol = "smtps" if port in ways.tls_ports else "submission" if port == 587 else "smtp"
        # Without a certificate of its own the host gets no further if one is required.
        asked = ways.logins and login and web.find_client_rule(wanted.policy, wanted.options) != "required"
        for address in _addresses(wanted.seen, port):
            yield ServicePort(port, protocol, wanted.server_name, address, says="^250[- ]AUTH " if asked else "")


def _addresses(seen: Row, port: int) -> list[str]:
    rows = [row["address"] for row in seen["interfaces"] if row["port"] in (None, port)]
    return [""] if not rows or set(rows) & set(_EVERY) else rows


def _closing(ways: Ways, wanted: Wanted) -> Iterator[ServicePort]:
    for name, port in _MANAGED.items():
        if port in ways.there and not ways.open[port]:
            yield ServicePort(port, {"submissions": "smtps"}.get(name, name), wanted.server_name)


def _ending(ways: Ways, wanted: Wanted, certificate: Row) -> Iterator[planning.Ending]:
    """Yield the ports on which no mail is taken without TLS any more, or which are closed."""
    for port in (25, 587):
        closed = not ways.open[port]
        if port in ways.there and (closed or port in ways.required):
            yield planning.Ending(port, "smtp", closed, now=closed or port not in wanted.seen["requires_tls"],
                                  server_name=wanted.server_name, ca_file=wanted.ca_file(certificate))


def make_instance(ways: Ways, ports: Sequence[ServicePort]) -> dict[str, Any]:
    """Return the test instance; see ``_core/change/instance.py``."""
    folders = ("/var/spool/exim4", "/run/exim4", "/var/log/exim4")
    return {
        "command": ["/bin/sh", "-c", _COMMAND.replace("@PORTS@", " ".join(map(str, ways.ports)))], "unit": "exim4.service",
        "temporary": [{"path": path, "owner": "Debian-exim", "group": "Debian-exim", "mode": "0750"} for path in folders],
        "log": "/var/log/exim4/mainlog", "fatal": _FATAL,
        "telling": r"TLS error|rror in|^  \w|panic|fatal|too many|^4\d\d",
        "endpoints": planning.list_local_endpoints(ports),
        "prevents": {
            "The queue is run and mail is delivered": "It starts no queue runner, and the queue is empty and in memory.",
            "Mail that is taken is delivered at once": "-odq: it stays in the queue of the test instance.",
            "It writes to the host's mail log": "It logs to a file of the test instance.",
        },
    }


def _blocking(wanted: Wanted, ways: Ways, conflicts: Sequence[Row]) -> Iterator[str]:
    """Yield why the settings must not be put in force at all."""
    seen, options = wanted.seen, wanted.options
    yield from seen["problems"]
    if seen["whole"]:
        yield (f"{WHOLE} replaces the configuration that Debian makes, so that the settings of the role would not be read. Move its settings "
               f"to {LOCAL} or conf.d and remove it, or take exim out of tls_services and set TLS in it by hand.")
    if seen["command"]:
        yield (f"{seen['command']} of /etc/default/exim4 rules on which ports Exim listens. Take it out; the role sets daemon_smtp_ports, and "
               "dc_local_interfaces holds addresses.")
    fixed = {row["port"] for row in seen["interfaces"] if row["port"]}
    if fixed and (not fixed >= set(ways.ports) or not set(ways.ports) >= fixed) and not any(
            row["port"] is None for row in seen["interfaces"]):
        yield (f"dc_local_interfaces in {DEBIAN} names the ports {_list(sorted(fixed))}, and the role is to serve {_list(ways.ports)}. Take the "
               "ports out of it; the role sets daemon_smtp_ports.")
    if not ways.ports:
        yield "With these options no port of Exim would stay open. Set dc_local_interfaces to 127.0.0.1 ; ::1, or stop the service."
    opened = [name for name in ("submission", "submissions") if options[name] == "open"]
    if opened and not ways.logins:
        yield (f"exim_tls_{opened[0]} is open, but no client could log in: Exim has no authenticator with a server part. Add one to "
               "conf.d/auth (or to exim4.conf.template), or set the option to closed.")
    yield from (
        f"{row['file']}:{row['shown']} sets {row['name']} to `{row['value']}`, which the role cannot put its own rule in front of. Give "
        "that ACL a name, and define MAIN_ACL_CHECK_MAIL with the name instead."
        for row in seen["settings"] if (row["name"] == "MAIN_ACL_CHECK_MAIL" and not _NAME.match(row["value"]))
        or (row["name"] == "acl_smtp_mail" and row["value"] != "MAIN_ACL_CHECK_MAIL"))
    if options["overrides"] == "fail":
        yield from (row["sentence"] for row in conflicts)
    yield from web.find_missing_authority(wanted)


def _warnings(wanted: Wanted, ways: Ways) -> Iterator[str]:
    passwords = [row for row in wanted.seen["settings"] if row["name"] == "AUTH_CLIENT_ALLOW_NOTLS_PASSWORDS"]
    if ways.outgoing == "may":
        yield from (f"{row['file']}:{row['shown']} defines {row['name']}: Exim sends the password of its smarthost without TLS too. Take it "
                    "out, or set exim_tls_outgoing to encrypt." for row in passwords)
    elif not wanted.options["outgoing_floor"]:
        yield ("Mail that leaves is encrypted, but by any protocol and suite that GnuTLS knows (TLS 1.0 and newer). Set "
               "exim_tls_outgoing_floor to true to hold it to the policy.")
    if ways.outgoing == "verify":
        yield "Only certificates of the smarthost are verified. Mail to other hosts is encrypted with any certificate."


PACK = planning.Pack(
    name="exim", title="Exim", summary="Enforce a TLS policy on Exim and prove it on the wire",
    description=(
        "Sets TLS for incoming mail (25), for mail submission (587, 465) and for mail that leaves, in Debian's split and unsplit "
        "configuration. Logins before TLS are refused.",
        "An Exim that only the host itself reaches is left as it is.",
        "The change is one transaction. If the daemon or the wire does not show the wanted settings, everything is put back.",
        "Tested on Debian 12 and 13."),
    options=OPTIONS, plan=plan, packages=lambda _options: (), language="GnuTLS, by the library of Exim",
    validated_by="update-exim4.conf and a test instance, probed")
