# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of Postfix's ports are open, what each of them asks for, and who else's settings rule them.

25 is where the world brings mail; 587 and 465 are where people hand theirs in (RFC 6409,
RFC 8314).  The last two belong to people who log in: TLS before anything else, and no
mail without a login, whatever network it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import ENVELOPE
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    Ending,
    ServicePort,
    list_local_endpoints,
)

MANAGED = {"smtp": 25, "submission": 587, "submissions": 465}
LOCAL_RELAY = {
    "mynetworks": "127.0.0.0/8, [::1]/128",
    "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
}
NO_RELAY = {"smtpd_relay_restrictions": "reject_unauth_destination"}
_RELAY: Mapping[str, Mapping[str, str]] = {"keep": {}, "local": LOCAL_RELAY, "none": NO_RELAY}
LOGIN_TABLE = "regexp:/etc/postfix/intransit-sender-login"
LOCAL_TABLE = "regexp:/etc/postfix/intransit-sender-local"
_OWN_ADDRESSES = "reject_sender_login_mismatch"
_HARMLESS = ("_loglevel", "_received_header", "_file", "_files", "_wrappermode")
"""Endings of what a service may say for itself without defeating anything."""
_NEW: Mapping[str, Any] = {"command": "smtpd", "options": {}}
"""A server that is not in master.cf yet."""
_FILTER = re.compile(r"\[?(127(?:\.\d+){3}|localhost|::1)\]?:(\d+)\Z")
"""A next hop on this host; no name is looked up for it, or it leads here."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\Z")


@dataclass(frozen=True)
class Plan:
    """What the options, the policy and what is there come to."""

    server_name: str
    main_level: str
    """smtpd_tls_security_level of main.cf."""
    open: Mapping[str, bool]
    """For smtp, submission and submissions whether they are there afterwards."""
    level: str
    """may or encrypt: what port 25 asks for."""
    sasl: str
    """dovecot, cyrus or none: what checks passwords for a port that names nothing else."""
    backends: Mapping[str, tuple[str, str]]
    """For submission and submissions the kind of the backend and its path."""
    client_certificate: str
    """none, optional, required, or empty where it stays as it is."""
    sender_login: list[str] = field(default_factory=list)
    """Lines of the table that says who owns an address; empty where there is another table, or none."""
    sender_local: list[str] = field(default_factory=list)
    """Lines of the table that turns an address of this host into the name that a local alias has."""
    blocking: list[str] = field(default_factory=list)


def plan_ports(policy: Policy, seen: Mapping[str, Any], options: Mapping[str, Any]) -> Plan:
    """Decide what is open and how."""
    sasl = _sasl(seen, options)
    there = {name: any(row["port"] == port for row in seen["entries"]) for name, port in MANAGED.items()}
    closed = options["smtp"] == "closed" or (options["smtp"] == "auto" and policy.starttls == "forbidden")
    starttls = policy.starttls in ("allowed", "required")
    opened = {
        "smtp": not closed and (there["smtp"] or options["smtp"] != "auto"),
        "submission": _opened(options["submission"], there["submission"], sasl, starttls),
        "submissions": _opened(options["submissions"], there["submissions"], sasl, True),
    }
    present = str(seen["settings"].get("smtpd_tls_security_level") or "")
    level = str(options["smtp"]) if options["smtp"] in ("may", "encrypt") else "may"
    if options["smtp"] == "auto" and (present == "encrypt" or policy.plaintext == "none"):
        level = "encrypt"
    asked = str(options["client_certificate"])
    certificate = policy.client_certificate if asked == "policy" else asked
    backends = {name: _backend(name, sasl, seen, options) for name in ("submission", "submissions")}
    return Plan(
        server_name=str(options.get("server_name") or seen["hostname"]),
        # Loosened only where somebody says so: other servers of this host may rely on it.
        main_level="encrypt" if present == "encrypt" and options["smtp"] == "auto" else "may",
        open=opened,
        level=level,
        sasl=sasl,
        backends=backends,
        client_certificate="" if asked == "policy" and certificate == "none" else certificate,
        sender_login=_sender_login(seen, options) if opened["submission"] or opened["submissions"] else [],
        sender_local=_sender_local(seen, options) if opened["submission"] or opened["submissions"] else [],
        blocking=_blocking(seen, options, opened, backends, certificate),
    )


def _opened(option: str, there: bool, sasl: str, allowed: bool) -> bool:
    if option != "auto":
        return option == "open"
    return allowed and (there or sasl != "none")


def _sasl(seen: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    if options["sasl"] != "auto":
        return str(options["sasl"])
    rows: list[Mapping[str, Any]] = [seen["settings"]] + [row["options"] for row in seen["entries"]]
    if any(str(row.get("smtpd_sasl_auth_enable")).lower() == "yes" for row in rows):
        kinds = [str(row["smtpd_sasl_type"]) for row in rows if row.get("smtpd_sasl_type")]
        return kinds[0] if kinds else "cyrus"
    named = seen["settings"].get("smtpd_sasl_path") if seen["settings"].get("smtpd_sasl_type") == "dovecot" else None
    if seen["sasl"]["dovecot"] or (named and _exists(str(named), seen) is not False):
        return "dovecot"
    return "none" if seen["sasl"]["cyrus"] == "absent" else "cyrus"


def _backend(name: str, sasl: str, seen: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[str, str]:
    """Return kind and path of what checks a port's passwords: by the options, its own entry, main.cf, or the usual."""
    own: Mapping[str, Any] = next((row["options"] for row in seen["entries"] if row["port"] == MANAGED[name]), {})
    main = seen["settings"]
    kind = str(own.get("smtpd_sasl_type") or sasl) if options["sasl"] == "auto" and sasl != "none" else sasl
    path = str(options.get("sasl_path") or "")
    if not path and kind == (own.get("smtpd_sasl_type") or main.get("smtpd_sasl_type") or "cyrus"):
        path = str(own.get("smtpd_sasl_path") or "")
    if not path and kind == (main.get("smtpd_sasl_type") or "cyrus"):
        path = str(main.get("smtpd_sasl_path") or "")
    return kind, path or {"dovecot": "private/auth", "cyrus": "smtpd"}.get(kind, "")


def _exists(path: str, seen: Mapping[str, Any]) -> Optional[bool]:
    """Return whether a socket is there; None if it was not asked, or is reached over a network."""
    found: Mapping[str, bool] = seen["sasl"].get("sockets") or {"private/auth": seen["sasl"]["dovecot"]}
    return found.get(path)


def _place(path: str, seen: Mapping[str, Any]) -> str:
    """Return the absolute path of a socket."""
    bare = path.partition("unix:")[2] or path
    return bare if bare.startswith("/") else f"{seen['queue_directory']}/{bare}"


def _blocking(
    seen: Mapping[str, Any], options: Mapping[str, Any], opened: Mapping[str, bool],
    backends: Mapping[str, tuple[str, str]], certificate: str,
) -> list[str]:
    """Return why the ports cannot be opened as they are asked for."""
    found = []
    logins = [name for name in ("submission", "submissions") if opened[name]]
    if certificate in ("optional", "required") and not options.get("client_ca_file"):
        found.append(
            f"Client certificates are {'required' if certificate == 'required' else 'asked for'}, but "
            "postfix_tls_client_ca_file does not say which authority issues them.")
    if not logins:
        return found
    used = dict.fromkeys(backends[name] for name in logins)
    kinds = {kind for kind, _path in used}
    if "none" in kinds and any(options[name] == "open" for name in logins):
        found.append(
            f"{' and '.join(logins)} shall be open, and nobody could log in there: no SASL backend was found "
            "(postfix_tls_sasl).")
    found += [
        (
            f"Dovecot does not offer its login service at {_place(path, seen)}. If its socket has another name, set "
            "postfix_tls_sasl_path, or smtpd_sasl_path in main.cf, to that path. Otherwise add to Dovecot's settings: "
            f"service auth {{ unix_listener {_place(path, seen)} {{ mode = 0660 user = postfix group = postfix }} }}, "
            "and reload it.")
        for kind, path in used if kind == "dovecot" and _exists(path, seen) is False]
    if "cyrus" in kinds and seen["sasl"].get("rimap"):
        found.append(
            "saslauthd passes logins on to an IMAP server (MECHANISMS=rimap), and does that in clear text: use "
            "Dovecot's socket or sasldb instead.")
    return found


def _sender_login(seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return a table by which a login owns its own address, and its own name in this host's domains."""
    if options["sender_login"] != "checked" or options.get("sender_login_maps") or _their_login_maps(seen):
        return []
    local, domain = _local_part(seen)
    names = _alternatives(seen["domains"])
    lines = [f"/^{local}@({names})$/  $1, $1@${domain}"] if names else []
    own = [str(name) for name in seen.get("local_domains") or () if _NAME.match(str(name))]
    # An alias may lead to a name without a domain.
    bare = ["/^([^@, ]+)$/  " + ", ".join(["$1", *(f"$1@{name}" for name in own)])] if _aliases(seen) else []
    return [*lines, f"/^{local}@(.+)$/  $1@${domain}", *bare]


def _sender_local(seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return a table from an address of this host to the name by which local aliases know it."""
    names = _alternatives(seen.get("local_domains") or ())
    tables = (seen.get("aliases") or {}).get("local")
    if options["sender_login"] != "checked" or options.get("sender_login_maps") or not tables or not names:
        return []
    return [f"/^{_local_part(seen)[0]}@({names})$/  $1"]


def _local_part(seen: Mapping[str, Any]) -> tuple[str, int]:
    """Return the pattern of a name with its extension, and the number of the group that follows it."""
    # POSIX regular expressions: in brackets a hyphen stands last and nothing is escaped.
    given = str(seen.get("recipient_delimiter") or "")
    delimiter = "".join(char for char in given if char in "+=._#%") + ("-" if "-" in given else "")
    extension = f"([{delimiter}][^@]*)?" if delimiter else ""
    return f"([^@{delimiter}]+){extension}", 3 if delimiter else 2


def _alternatives(names: Sequence[Any]) -> str:
    return "|".join(str(name).replace(".", "[.]") for name in names if _NAME.match(str(name)))


def _aliases(seen: Mapping[str, Any]) -> list[str]:
    """Return lookups that lead from an alias to what it stands for; each is the beginning of a pipemap."""
    tables = seen.get("aliases") or {}
    local = [f"{LOCAL_TABLE},{table}" for table in tables.get("local") or ()] if seen.get("local_domains") else []
    return [*(tables.get("virtual") or ()), *local]


def _their_login_maps(seen: Mapping[str, Any]) -> str:
    """Return their table of owners, empty where there is none or it is ours."""
    rows = [seen["settings"]] + [row["options"] for row in seen["entries"] if row["port"] in (587, 465)]
    found = [str(row["smtpd_sender_login_maps"]) for row in rows if row.get("smtpd_sender_login_maps")]
    return next((value for value in found if not _is_ours(value)), "")


def _is_ours(value: Any) -> bool:
    return LOGIN_TABLE in str(value) or str(value).startswith("unionmap:{unionmap:{")


def _owners(made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Return who owns an address: by a table, and by aliases for the owners of the addresses that they lead to."""
    if options.get("sender_login_maps"):
        return str(options["sender_login_maps"])
    aliases = _aliases(seen) if options["sender_login"] == "checked" else []
    theirs = str(seen["settings"].get("smtpd_sender_login_maps") or "")
    table = LOGIN_TABLE if made.sender_login else ""
    if not table and aliases and theirs and not re.search(r"[{}$]", theirs):
        table = "unionmap:{" + ",".join(word for word in re.split(r"[\s,]+", theirs) if word) + "}"
    if not table or not aliases:
        return table
    return "unionmap:{" + ",".join([table, *(f"pipemap:{{{lookup},{table}}}" for lookup in aliases)]) + "}"


def list_ending(made: Plan, seen: Mapping[str, Any]) -> tuple[Ending, ...]:
    """Return the ports on which no mail is taken without TLS any more, or which are closed."""
    found = []
    for name in ("smtp", "submission"):
        there = [row for row in seen["entries"] if row["port"] == MANAGED[name]]
        closed = not made.open[name]
        if not there or not (closed or name == "submission" or made.level == "encrypt"):
            continue
        main = seen["settings"].get("smtpd_tls_security_level")
        levels = [str(row["options"].get("smtpd_tls_security_level") or main or "") for row in there]
        found.append(Ending(MANAGED[name], "smtp", closed, now=closed or levels != ["encrypt"] * len(levels),
                            server_name=made.server_name))
    return tuple(found)


# -- what master.cf shall say --------------------------------------------------------------


def list_wishes(
    main: Mapping[str, Optional[str]], made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any],
    neutralise: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the services of master.cf as they shall be."""
    names = sorted(name for name in main if not name.startswith(("smtp_", "lmtp_")))
    inherited: dict[str, Optional[str]] = dict.fromkeys(names)
    found = _smtp(inherited, made, seen, options)
    for name in ("submission", "submissions"):
        if made.open[name]:
            found.append(_login_port(name, inherited, made, seen, options))
        elif any(row["port"] == MANAGED[name] for row in seen["entries"]):
            found.append({"service": name, "state": "absent"})
    return found + _neutralised(seen, neutralise)


def _smtp(
    inherited: Mapping[str, Optional[str]], made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any]
) -> list[dict[str, Any]]:
    present = [row for row in seen["entries"] if row["port"] == 25]
    if not made.open["smtp"]:
        return _closed_smtp(present)
    own: dict[str, Optional[str]] = dict(inherited)
    if made.level != made.main_level:
        own["smtpd_tls_security_level"] = made.level
    own.update(_relay(present, options))
    own.update(_certificate(made, options, made.level == "encrypt"))
    if any(row["command"] == "postscreen" for row in present):
        front = {"postscreen_tls_security_level": made.level if made.level != made.main_level else None}
        return [{"service": "smtp", "command": "postscreen", "options": front},
                {"service": "smtpd", "type": "pass", "command": "smtpd", "options": own}]
    return [{"service": "smtp", "command": "smtpd", "private": "n", "chroot": "y", "options": own}]


def _closed_smtp(present: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Take port 25 out; what only we had said there does not come back with it when it is opened again."""
    ours = {"smtpd_tls_security_level": None, **_relay(present, {"smtp_relay": "keep"})}
    bare = [{"service": "smtp", "command": row["command"], "options": ours} for row in present[:1]]
    return [*bare, {"service": "smtp", "state": "absent"}] if present else []


def _relay(present: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Close port 25 to relay; what was closed by us and shall not be any more is opened again."""
    wanted: dict[str, Optional[str]] = dict(_RELAY[str(options["smtp_relay"])])
    if wanted:
        return {**wanted, "smtpd_sasl_auth_enable": "no"}
    for row in present:
        for ours in (LOCAL_RELAY, NO_RELAY):
            if all(row["options"].get(name) == value for name, value in ours.items()):
                return {**dict.fromkeys(ours), "smtpd_sasl_auth_enable": None}
    return {}


def _login_port(
    name: str, inherited: Mapping[str, Optional[str]], made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    own: dict[str, Optional[str]] = dict(inherited)
    own.update({
        "syslog_name": "postfix/" + name,
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_wrappermode": "yes" if name == "submissions" else None,
        "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
        "smtpd_client_restrictions": "permit_sasl_authenticated, reject",
    })
    kind, path = made.backends[name]
    if kind != "none":
        own.update({
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_type": kind,
            "smtpd_sasl_path": path,
            "smtpd_sasl_security_options": "noanonymous",
        })
    own.update(_login_maps(name, made, seen, options))
    own.update(_certificate(made, options, True))
    # Cyrus opens /etc/sasldb2 itself, and behind a chroot there is none; Dovecot's socket lies inside of it.
    chroot = "n" if kind == "cyrus" else "y"
    return {"service": name, "command": "smtpd", "private": "n", "chroot": chroot, "options": own,
            "enforce": ["chroot"] if kind == "cyrus" else []}


def _login_maps(name: str, made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Optional[str]]:
    """Hold senders to their own addresses; what only we had said is taken back where it is not wanted any more."""
    there = [row["options"] for row in seen["entries"] if row["port"] in (587, 465)]
    table = _owners(made, seen, options)
    maps: dict[str, Optional[str]] = {"smtpd_sender_login_maps": table} if table else {}
    if not table and any(_is_ours(row.get("smtpd_sender_login_maps")) for row in there):
        maps = {"smtpd_sender_login_maps": None}
    own: Mapping[str, Any] = next((row["options"] for row in seen["entries"] if row["port"] == MANAGED[name]), {})
    return {**maps, **_sender_restrictions(_plain(own), _plain(seen["settings"]), options["sender_login"] == "checked")}


def _plain(values: Mapping[str, Any]) -> str:
    """Return smtpd_sender_restrictions on one line."""
    return " ".join(str(values.get("smtpd_sender_restrictions") or "").split())


def _sender_restrictions(own: str, main: str, checked: bool) -> dict[str, Optional[str]]:
    """Return what a port says of senders: ours first, then what it or main.cf says besides."""
    ours = own == _OWN_ADDRESSES or own.startswith(_OWN_ADDRESSES + ",")
    further = own[len(_OWN_ADDRESSES):].lstrip(", ") if ours else own
    if checked:
        said = further or main
        if "sender_login_mismatch" in said:
            return {"smtpd_sender_restrictions": said if said != main else None}
        return {"smtpd_sender_restrictions": ", ".join([_OWN_ADDRESSES, *([said] if said else [])])}
    if not ours:
        return {}
    return {"smtpd_sender_restrictions": further if further and further != main else None}


def _certificate(made: Plan, options: Mapping[str, Any], tls_only: bool) -> dict[str, Optional[str]]:
    """Return what is said about client certificates; one can only be required where there is no way around TLS."""
    if not made.client_certificate:
        return {}
    required = made.client_certificate == "required" and tls_only
    asked = made.client_certificate != "none"
    return {
        "smtpd_tls_ask_ccert": "yes" if asked and not required else None,
        "smtpd_tls_req_ccert": "yes" if required else None,
        "smtpd_tls_CAfile": str(options["client_ca_file"]) if asked else None,
    }


def list_refused_senders(made: Plan, seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return who sent lately from an address that is not theirs, which the ports for submission would refuse.

    A table that an option names is not asked, since it may not be there yet, nor one that is made of others.
    """
    if options["sender_login"] != "checked" or options.get("sender_login_maps"):
        return []
    if re.search(r"[{}$]", _their_login_maps(seen)):
        return []
    if not (made.open["submission"] or made.open["submissions"]):
        return []
    found = []
    for row in seen.get("senders") or ():
        addresses = (row["sender"], *row["leads_to"], ", ".join(row["leads_to"]))
        ours = {owner for address in addresses for owner in _owned_by(made.sender_login, address)}
        if str(row["login"]).lower() not in {str(owner).lower() for owner in (*ours, *row["owners"])}:
            found.append(
                f"{row['login']} sent as {row['sender']} in the last days (mail log) and does not own that address, so "
                "submission would refuse such mail. Let an alias lead from it to this login, name the owner in "
                "postfix_tls_sender_login_maps, or set postfix_tls_sender_login to free.")
    return found


def _owned_by(lines: Sequence[str], address: str) -> list[str]:
    """Return the owners of an address by our own table, as Postfix reads it: the first line that fits, in any case."""
    for line in lines:
        pattern, _spaces, replacement = line[1:].partition("/  ")
        match = re.search(pattern, address, re.IGNORECASE)
        if match:
            owners = match.expand(re.sub(r"\$(\d)", r"\\g<\1>", replacement))
            return [owner for owner in re.split(r"[\s,]+", owners) if owner]
    return []


# -- what others say -----------------------------------------------------------------------


def list_overrides(main: Mapping[str, Optional[str]], made: Plan, seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the options of services that are not ours and would defeat what main.cf says.

    Each has ``file``, ``line``, ``text``, ``where``, ``sentence``, ``name`` and ``entry``.
    """
    found = []
    for row in seen["entries"]:
        if row["port"] in MANAGED.values() or row["loopback"] or (row["type"] == "pass" and _behind_postscreen(seen)):
            continue
        for name, value in sorted(row["options"].items()):
            sentence = _defeats(row, name, str(value), main)
            if sentence:
                found.append({
                    "file": seen["files"]["master"], "line": row["line"], "text": f"-o {name}={value}",
                    "where": f"{row['service']}/{row['type']}", "sentence": sentence, "name": name,
                    "entry": {"service": row["service"], "type": row["type"], "command": row["command"]},
                })
    return found


def _behind_postscreen(seen: Mapping[str, Any]) -> bool:
    return any(row["port"] == 25 and row["command"] == "postscreen" for row in seen["entries"])


def _defeats(row: Mapping[str, Any], name: str, value: str, main: Mapping[str, Optional[str]]) -> str:
    server = row["command"] in ("smtpd", "postscreen") and row["type"] in ("inet", "pass")
    client = row["command"] in ("smtp", "lmtp") and name.startswith(("smtp_tls", "lmtp_tls", "smtp_dns"))
    if not server and not client:
        return ""
    if name.endswith("tls_security_level"):
        return "lets it do without TLS" if value in ("", "none") else ""
    if name.endswith(_HARMLESS) or name not in main:
        return ""
    if " ".join(value.split()) == main[name]:
        return ""
    return f"replaces what main.cf says for all ({main[name] or 'nothing'})"


def _neutralised(seen: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one wish for every service that has options to lose."""
    rows: dict[str, dict[str, Any]] = {}
    for item in found:
        wish = rows.setdefault(item["where"], {**item["entry"], "options": {}})
        wish["options"][item["name"]] = None
    return list(rows.values())


def list_endpoints(made: Plan, seen: Mapping[str, Any], ruled: Sequence[Mapping[str, Any]]) -> list[ServicePort]:
    """Return the ports that will be open; ``ruled`` are overrides that stay."""
    found = []
    for name, port in MANAGED.items():
        if made.open[name]:
            entries = {row["host"]: row for row in reversed(seen["entries"]) if row["port"] == port} or {"": _NEW}
            protocol = "smtps" if name == "submissions" else name
            # Without a certificate of its own the host gets no further if one is required.
            logins = name != "smtp" and made.backends[name][0] != "none" and made.client_certificate != "required"
            says = "^250[- ]AUTH " if logins else ""
            found += [
                ServicePort(port, protocol, made.server_name, _listen(host, seen), says=says,
                            proxy_setting=_proxy_setting(entry, seen))
                for host, entry in reversed(list(entries.items()))]
    overridden = {item["where"] for item in ruled}
    for row in seen["entries"]:
        if row["command"] == "smtpd" and row["type"] == "inet" and row["port"] and row["port"] not in MANAGED.values():
            protocol = "smtps" if _is_wrapped(row, seen) else "smtp"
            if not row["loopback"]:
                where = f"{row['service']}/{row['type']}"
                found.append(ServicePort(
                    row["port"], protocol, made.server_name, _listen(row["host"], seen), where in overridden,
                    proxy_setting=_proxy_setting(row, seen)))
    return found


def _is_wrapped(entry: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    name = "smtpd_tls_wrappermode"
    return str(entry["options"].get(name) or seen["settings"].get(name)).lower() == "yes"


def _proxy_setting(entry: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """Return the setting by which a server expects a PROXY line, of its own or in main.cf; empty if there is none."""
    name = f"{entry['command']}_upstream_proxy_protocol"
    value = str(entry["options"].get(name, seen["settings"].get(name) or "")).strip()
    return f"{name} = {value}" if value else ""


def list_proxied(ports: Sequence[ServicePort]) -> list[str]:
    """Return a warning for each port that can only be reached through a load balancer."""
    return [
        (
            f"Port {port.port} expects a PROXY line from a load balancer ({port.proxy_setting}). It is checked from "
            "this host with such a line. From other hosts it is not probed: declare the load balancer's own address "
            "in tls_endpoints.")
        for port in ports if port.proxy_setting
    ]


def _listen(host: str, seen: Mapping[str, Any]) -> str:
    """Return the address to connect to, empty for all; a Postfix for its own host alone listens on loopback."""
    if host:
        return host
    interfaces = [str(item) for item in seen["interfaces"]]
    if "all" in interfaces or not interfaces:
        return ""
    if all(item in ("loopback-only", "localhost", "127.0.0.1", "::1") for item in interfaces):
        return "127.0.0.1"
    return next((item for item in interfaces if re.match(r"[0-9.]+\Z", item)), "")


# -- content filters ------------------------------------------------------------------------


def list_filters(seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the content filters on this host to which mail goes by SMTP or LMTP.

    Each has ``nexthop``, ``host``, ``port``, ``command`` (smtp or lmtp) and ``own_level``: whether its transport says
    itself which TLS it asks for.
    """
    found = []
    for row in seen.get("content_filters") or ():
        match = _FILTER.match(str(row["nexthop"]))
        client = next((entry for entry in seen["entries"]
                       if entry["service"] == row["transport"] and entry["command"] in ("smtp", "lmtp")), None)
        if match and client:
            found.append({"nexthop": row["nexthop"], "host": match.group(1), "port": int(match.group(2)),
                          "command": client["command"], "own_level": "smtp_tls_security_level" in client["options"]})
    return found


def list_dialogues(seen: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return what has to be answered as before: by a content filter, and on the port where it gives mail back."""
    address = f"postmaster@{seen['hostname']}"
    backs = [("smtp", row["host"], row["port"]) for row in seen["entries"]
             if row["command"] == "smtpd" and row["type"] == "inet" and row["port"] and row["loopback"]
             and row["port"] not in MANAGED.values() and not _is_wrapped(row, seen) and not _proxy_setting(row, seen)]
    asked = [*((hop["command"], hop["host"], hop["port"]) for hop in list_filters(seen)), *backs]
    return [(ENVELOPE, protocol, host, str(port), address) for protocol, host, port in dict.fromkeys(asked)]


# -- the test instance ---------------------------------------------------------------------


def list_probed(ports: Sequence[ServicePort], made: Plan) -> list[dict[str, Any]]:
    """Return the endpoints of the test instance; a login backend behind a network is not there for it."""
    remote = {MANAGED[name] for name, (_kind, path) in made.backends.items() if path.startswith("inet:")}
    return [{name: value for name, value in row.items() if not (row["port"] in remote and name == "says")}
            for row in list_local_endpoints(ports)]


def list_sockets(made: Plan, seen: Mapping[str, Any]) -> list[str]:
    """Return the sockets of the login backends, which a test instance asks as Postfix does."""
    paths = [path for name, (kind, path) in made.backends.items() if made.open[name] and kind == "dovecot"]
    return list(dict.fromkeys(_place(path, seen) for path in paths if not path.startswith("inet:") and "$" not in path))
