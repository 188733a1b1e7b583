# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix on a host is configured with, as far as TLS, logins and this collection are concerned.

Only what concerns TLS and logins is reported: the rest of its settings may hold passwords.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import Entry, parse_entries
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Host, Setting, Steps

ROOT = "/etc/postfix"
QUEUE = "/var/spool/postfix"
RESOLV_CONF = "/etc/resolv.conf"
SASL_CONF = f"{ROOT}/sasl/smtpd.conf"
SASLAUTHD = "/etc/default/saslauthd"
DOVECOT = "private/auth"
"""Where Debian's Dovecot offers its login service to Postfix, below the queue's folder."""
OURS = "intransit.tls"
FILES = {"main": f"{ROOT}/main.cf", "master": f"{ROOT}/master.cf"}
INDEXES = {"hash": ".db", "btree": ".db", "lmdb": ".lmdb", "cdb": ".cdb"}
"""Kinds of tables that are read from an index, with the ending of its file."""
_TABLE = re.compile(r"(?:proxy:)?(hash|btree|lmdb|cdb|texthash|regexp|pcre|ldap|mysql|pgsql|sqlite):(/[^\s,{}$]+)\Z")
_UNITS = ("postfix.service", "postfix@-.service")
_ASKED = (
    "mail_version", "myhostname", "mydomain", "mydestination", "virtual_mailbox_domains", "virtual_alias_domains",
    "inet_interfaces", "queue_directory", "daemon_directory", "recipient_delimiter",
    "compatibility_level", "virtual_alias_maps", "alias_maps", "content_filter",
)
_CERTIFICATES = (
    "smtpd_tls_chain_files", "smtpd_tls_cert_file", "smtpd_tls_key_file", "smtpd_tls_eccert_file",
    "smtpd_tls_eckey_file", "smtpd_tls_dcert_file", "smtpd_tls_dkey_file", "smtpd_tls_CAfile",
)
_REPORTED = re.compile(
    r"(smtpd?|lmtp|tlsproxy|postscreen)_(tls|sasl|use_tls|enforce_tls)|tls_|smtpd_discard_ehlo|smtpd_sender_(login_maps|restrictions)\Z"
    r"|(smtpd|postscreen)_upstream_proxy_protocol\Z"
    r"|(smtp_dns_support_level|smtp_host_lookup|disable_dns_lookups)\Z|cyrus_sasl"
)
LOG_DAYS = 7
MOST_LINES, MOST_BYTES, MOST_SENDERS = 50000, 16 * 1024 * 1024, 100
"""Of the log that is read, and of the pairs of login and sender that are returned."""
_LOGGED = tuple(f"postfix/{name}" for name in (
    "smtpd", "submission/smtpd", "submissions/smtpd", "smtps/smtpd", "qmgr"))
_LOG_FILES = ("/var/log/mail.log", "/var/log/mail.log.1")
"""Read only if the journal has nothing of Postfix."""
_LOGIN = re.compile(r" postfix\S*/smtpd\[\d+\]: (\w+): client=.*, sasl_username=([^\s,]+)")
_SENDER = re.compile(r" postfix\S*/qmgr\[\d+\]: (\w+): from=<([^\s<>]+)>")
_REPORTED_OF_SERVICES = re.compile(r"syslog_name\Z|mynetworks\Z|smtpd_(relay|client|sender)_restrictions\Z")


def read() -> Steps[dict[str, Any]]:
    """Return what a plan needs to know of this Postfix.

    Keys: ``unit`` (the one that really runs it), ``mail_version``, ``hostname``, ``domains``, ``interfaces``,
    ``queue_directory``, ``daemon_directory``, ``recipient_delimiter``, ``files`` (main, master), ``settings`` (of
    main.cf, as written there), ``entries`` (of master.cf), ``resolver_files`` (by which its client finds its name
    servers), ``sasl`` (dovecot, cyrus, rimap), ``present_certificates`` (of its servers), ``local_domains``,
    ``aliases`` (tables that can be read: virtual, local), ``content_filters`` (transport, nexthop), ``senders`` (who
    logged in and sent from another address lately, while nothing kept them from it), ``problems``.
    """
    texts = {}
    problems = []
    for name, path in FILES.items():
        file = yield from model.read_text(path)
        texts[name] = file.text
        problems += [file.problem] if file.problem else []
    values, problem = yield from _evaluated()
    problems += [problem] if problem else []
    master = parse_entries(texts["master"])
    queue = values.get("queue_directory", QUEUE)
    domains = " ".join(values.get(name, "") for name in _ASKED[2:6])
    settings = postfix_main.read(texts["main"])
    local = _names_in(values.get("mydestination", ""))
    aliases = {
        "virtual": (yield from _tables(values.get("virtual_alias_maps", ""))),
        "local": (yield from _tables(values.get("alias_maps", ""))),
    }
    return {
        "unit": (yield from _running_unit()),
        "mail_version": values.get("mail_version", ""),
        "hostname": values.get("myhostname", ""),
        "domains": _names_in(domains),
        "local_domains": local,
        "aliases": aliases,
        "interfaces": [word for word in re.split(r"[\s,]+", values.get("inet_interfaces", "")) if word],
        "queue_directory": queue,
        "daemon_directory": values.get("daemon_directory", "/usr/lib/postfix/sbin"),
        "recipient_delimiter": values.get("recipient_delimiter", ""),
        "files": FILES,
        "settings": {name: value for name, value in settings.items() if _is_reported(name)},
        "entries": [_entry(entry) for entry in master],
        "resolver_files": _resolver_files(master, values),
        "sasl": (yield from _sasl(queue, _sasl_paths(texts["main"], master))),
        "present_certificates": _present_certificates(values, master),
        "content_filters": _content_filters(values, master),
        "senders": (yield from _senders(settings, master, aliases, local)),
        "problems": problems,
    }


def _names_in(text: str) -> list[str]:
    return sorted({word for word in re.split(r"[\s,]+", text) if re.match(r"[A-Za-z0-9.-]+\Z", word)})


def _tables(text: str) -> Steps[list[str]]:
    """Return the tables of a list whose files are there; one that cannot be read would refuse every sender."""
    found = []
    for word in re.split(r"[\s,]+", text):
        match = _TABLE.match(word)
        if match and (yield from model.kind_of(match.group(2) + INDEXES.get(match.group(1), ""))) == "file":
            found.append(word)
    return found


def _running_unit() -> Steps[Optional[str]]:
    """Return the unit that runs Postfix itself.

    Debian 12 has a ``postfix.service`` that does nothing and stays ``active (exited)`` over
    a dead Postfix, beside an instance that runs it; Debian 13 has it the other way round.
    """
    for name in _UNITS:
        shown = (yield from model.run(["systemctl", "show", "-p", "LoadState,Type", "--", name], timeout=20)).stdout
        if "LoadState=loaded" in shown.split("\n") and "Type=oneshot" not in shown.split("\n"):
            return name
    return None


def _resolver_files(master: Sequence[Entry], values: Mapping[str, str]) -> list[str]:
    """Return the files by which the client that sends mail on finds its name servers.

    Behind a chroot it reads a copy of the host's, made when Postfix starts (Debian:
    configure-instance.sh); a reload makes none, so both count: what is read now and what will be.
    """
    # "-" is the default, which was another before compatibility_level 1.
    default = "y" if values.get("compatibility_level", "0").partition(".")[0] == "0" else "n"
    behind = any(
        (default if entry.fields["chroot"] == "-" else entry.fields["chroot"]) == "y" for entry in master
        if entry.fields["command"] == "smtp" and entry.fields["type"] == "unix")
    return [RESOLV_CONF, values.get("queue_directory", QUEUE) + RESOLV_CONF] if behind else [RESOLV_CONF]


def _present_certificates(values: Mapping[str, str], master: Sequence[Entry]) -> list[dict[str, str]]:
    """Return the certificates of all servers: those of main.cf, and those that a service names for itself."""
    servers = [entry.effective() for entry in master if entry.fields["command"] == "smtpd"]
    own = [{name: value for name, value in options.items() if name in _CERTIFICATES} for options in servers]
    found: list[dict[str, str]] = []
    for settings in [dict(values), *({**values, **options} for options in own if options)]:
        authorities = settings.get("smtpd_tls_CAfile", "")
        chain = authorities if authorities.startswith("/") else ""
        found += [{"certificate": certificate, "private_key": key, "chain": chain, "owner": "root", "group": "root"}
                  for certificate, key in _with_keys(settings) if certificate.startswith("/")]
    return [row for number, row in enumerate(found) if row not in found[:number]]


def _content_filters(values: Mapping[str, str], master: Sequence[Entry]) -> list[dict[str, str]]:
    """Return where mail is given for filtering, by main.cf and by servers that say it for themselves."""
    named = [values, *(entry.effective() for entry in master)]
    rows = [str(row.get("content_filter") or "").partition(":") for row in named]
    return [{"transport": name, "nexthop": nexthop} for name, _colon, nexthop in dict.fromkeys(rows) if name]


def _senders(settings: Mapping[str, str], master: Sequence[Entry], aliases: Mapping[str, Sequence[str]],
             local: Sequence[str]) -> Steps[list[dict[str, Any]]]:
    """Return ``login``, ``sender``, ``leads_to`` (what aliases make of it) and ``owners`` (by the table in force).

    The log is not read where nobody can log in, or where senders are held to their addresses already.
    """
    services = [{**settings, **entry.effective()} for entry in master if entry.fields["command"] == "smtpd"]
    logins = [row for row in services if str(row.get("smtpd_sasl_auth_enable", "")).lower() == "yes"]
    free = [row for row in logins if "sender_login_mismatch" not in str(row.get("smtpd_sender_restrictions", ""))]
    if not free:
        return []
    found = []
    tables = str(next((row["smtpd_sender_login_maps"] for row in free if row.get("smtpd_sender_login_maps")), ""))
    for login, sender in list_senders((yield from _read_log())):
        leads_to = []
        for table in aliases["virtual"]:
            leads_to += yield from _look_up(sender, table)
        name, _at, domain = sender.rpartition("@")
        for table in aliases["local"] if domain.lower() in local else ():
            leads_to += yield from _look_up(name, table)
        owners: list[str] = []
        # As smtpd looks for it, too: without the extension, the name alone, and the domain alone.
        bare = re.split(r"[+-]", name)[0]
        for key in dict.fromkeys((sender, f"{bare}@{domain}", bare, f"@{domain}", *leads_to)) if tables else ():
            owners += yield from _look_up(key, *re.split(r"[\s,]+", tables))
        found.append({"login": login, "sender": sender, "leads_to": leads_to, "owners": owners})
    return found


def _read_log() -> Steps[str]:
    tags = [word for tag in _LOGGED for word in ("-t", tag)]
    shown = yield from model.run(
        ["journalctl", "--no-pager", "-q", "-o", "short-iso", f"--since=-{LOG_DAYS}d", f"-n{MOST_LINES}", *tags],
        timeout=60, keep=MOST_BYTES)
    if shown.stdout.strip():
        return shown.stdout
    texts = []
    for path in _LOG_FILES:
        texts.append((yield from model.read_text(path)).text)
    return "\n".join(texts)


def list_senders(text: str) -> list[tuple[str, str]]:
    """Return logins and addresses that they sent from, if these are not one, from lines of Postfix' log."""
    logins: dict[str, str] = {}
    found: dict[tuple[str, str], None] = {}
    for line in text.split("\n"):
        login, sender = _LOGIN.search(line[:2000]), _SENDER.search(line[:2000])
        if login:
            logins[login.group(1)] = login.group(2)
        elif sender and logins.get(sender.group(1), sender.group(2)).lower() != sender.group(2).lower():
            found[logins[sender.group(1)], sender.group(2)] = None
    return list(found)[:MOST_SENDERS]


def _look_up(key: str, *tables: str) -> Steps[list[str]]:
    """Return the words of the first table that knows a key."""
    known = [table for table in tables if ":" in table]
    if not known or key.startswith("-"):
        return []
    shown = yield from model.run(["postmap", "-q", key, *known], timeout=20)
    return [word for word in re.split(r"[\s,]+", shown.stdout) if word] if shown.ok else []


def _with_keys(settings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return certificates with their keys; the files of a chain name each key before its certificate."""
    chain = [word for word in re.split(r"[\s,]+", settings.get("smtpd_tls_chain_files", "")) if word]
    if chain:
        apart = len(chain) % 2 == 0
        return list(zip(chain[1::2], chain[::2])) if apart else [(path, path) for path in chain]
    kinds = (settings.get(f"smtpd_tls_{kind}cert_file", "") for kind in ("", "ec", "d"))
    keys = (settings.get(f"smtpd_tls_{kind}key_file", "") for kind in ("", "ec", "d"))
    return [(path, path if key.startswith("$") or not key else key) for path, key in zip(kinds, keys)]


def _is_reported(name: str) -> bool:
    return bool(_REPORTED.match(name)) and "password" not in name


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "service": entry.fields["service"],
        "type": entry.fields["type"],
        "host": entry.host,
        "port": entry.port,
        "loopback": entry.host in ("localhost", "::1") or entry.host.startswith("127."),
        "command": entry.fields["command"],
        "chroot": entry.fields["chroot"],
        "line": entry.line,
        "options": {
            name: value for name, value in entry.effective().items()
            if _is_reported(name) or _REPORTED_OF_SERVICES.match(name)
        },
    }


def _evaluated() -> Steps[tuple[Mapping[str, str], str]]:
    """Return parameters as Postfix itself works them out, and a problem if it could not."""
    printed = yield from model.run(["postconf", "-c", ROOT, "-x", *_ASKED, *_CERTIFICATES], timeout=20)
    problem = "" if printed.ok else f"postconf cannot read the settings: {printed.words}"
    return _pairs(printed.stdout), problem


def _pairs(text: str) -> dict[str, str]:
    rows = (line.partition("=") for line in text.split("\n"))
    return {name.strip(): value.strip() for name, equals, value in rows if equals}


def _sasl_paths(main: str, master: Sequence[Entry]) -> list[str]:
    """Return every smtpd_sasl_path as it is written, Debian's usual one for Dovecot first."""
    named = [postfix_main.read(main), *(entry.effective() for entry in master)]
    return list(dict.fromkeys([DOVECOT, *(str(row["smtpd_sasl_path"]) for row in named if row.get("smtpd_sasl_path"))]))


def _sasl(queue: str, paths: Sequence[str]) -> Steps[dict[str, Any]]:
    """Return which login backends exist: ``cyrus`` is absent, ours or theirs; ``sockets`` says which path is one."""
    text = (yield from model.read_text(SASL_CONF)).text
    saslauthd = (yield from model.read_text(SASLAUTHD)).text
    uses_saslauthd = re.search(r"(?m)^\s*pwcheck_method:.*\bsaslauthd\b", text)
    sockets = {}
    for path in paths:
        bare = path.partition("unix:")[2] or path
        if not bare.startswith("inet:") and "$" not in bare:
            place = bare if bare.startswith("/") else f"{queue}/{bare}"
            sockets[path] = (yield from model.kind_of(place)) == "socket"
    return {
        "dovecot": sockets[DOVECOT],
        "sockets": sockets,
        "cyrus": "absent" if not text else "ours" if OURS in text else "theirs",
        "rimap": bool(uses_saslauthd and re.search(r"(?m)^\s*MECHANISMS=.*\brimap\b", saslauthd)),
    }


_GRADES = ("high", "medium", "low", "export", "null")
_USES = (
    ("smtpd_tls_ciphers", ("smtpd_tls_exclude_ciphers",)),
    ("smtpd_tls_mandatory_ciphers", ("smtpd_tls_exclude_ciphers", "smtpd_tls_mandatory_exclude_ciphers")),
    ("smtp_tls_ciphers", ("smtp_tls_exclude_ciphers",)),
    ("smtp_tls_mandatory_ciphers", ("smtp_tls_exclude_ciphers", "smtp_tls_mandatory_exclude_ciphers")),
)
_OF_CIPHERS = tuple(dict.fromkeys(
    [grade for grade, _excludes in _USES] + [name for _grade, excludes in _USES for name in excludes]
    + [f"tls_{grade}_cipherlist" for grade in _GRADES]
))
"""A release without one of these parameters leaves it out."""


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return the lists that the four grades stand for, with the exclusions that Postfix appends.

    Postfix sets security level 0 before it applies a list (postconf(5), tls_medium_cipherlist; measured on 3.7 and
    3.10).
    """
    argv = ["postconf", "-x", *_OF_CIPHERS]
    printed = yield from model.run(argv, timeout=20)
    values = _pairs(printed.stdout)
    if not values:
        reason = printed.problem or f"`{' '.join(argv)}` ended with 0 and printed no parameter"
        raise DialectError(f"{reason}: {printed.words}", {"command": argv})
    found = []
    for use, excludes in _USES:
        grade = values.get(use, "").strip()
        listed = values.get(f"tls_{grade}_cipherlist")
        if listed is not None:
            words = [word for name in excludes for word in re.split(r"[\s,:]+", values.get(name, "")) if word]
            added = "".join(f":!{word}" for word in words)
            found.append(Setting(f"{use} = {grade}", listed, f"tls_{grade}_cipherlist", added, seclevel=0))
    return tuple(found)


HOST = Host(
    name="postfix",
    package="postfix",
    # smtpd has no TLS code of its own, the library beside it has.
    tls_objects=("/usr/lib/postfix/libpostfix-tls.so", "/usr/lib/postfix/sbin/smtpd"),
    units=("postfix@-.service", "postfix.service"),
    processes=("master",),
    configuration=tuple(FILES.values()),
    read=read,
    cipher_settings=read_cipher_settings,
    further_packages=("sasl2-bin", "libsasl2-modules", "ca-certificates"),
)
