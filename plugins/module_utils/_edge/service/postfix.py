# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix on this host is configured with, as far as TLS, logins and our roles are concerned.

Only what concerns TLS and logins is told: the rest of its settings may hold passwords.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import Entry, entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, unit

ROOT = "/etc/postfix"
QUEUE = "/var/spool/postfix"
RESOLV_CONF = "/etc/resolv.conf"
SASLAUTHD = "/etc/default/saslauthd"
OURS = "intransit.tls"
_UNITS = ("postfix.service", "postfix@-.service")
_ASKED = (
    "mail_version", "myhostname", "mydomain", "mydestination", "virtual_mailbox_domains", "virtual_alias_domains",
    "inet_interfaces", "queue_directory", "daemon_directory", "recipient_delimiter",
    "compatibility_level",
)
_TOLD = re.compile(
    r"(smtpd?|lmtp|tlsproxy|postscreen)_(tls|sasl|use_tls|enforce_tls)|tls_|smtpd_discard_ehlo|smtpd_sender_login_maps\Z"
    r"|(smtpd|postscreen)_upstream_proxy_protocol\Z"
    r"|(smtp_dns_support_level|smtp_host_lookup|disable_dns_lookups)\Z|cyrus_sasl"
)
_TOLD_OF_SERVICES = re.compile(r"syslog_name\Z|mynetworks\Z|smtpd_(relay|client|sender)_restrictions\Z")
_SIZE_LIMIT = 4 * 1024 * 1024


def describe(root: str = ROOT) -> dict[str, Any]:
    """Return what the dialect needs to know of this Postfix.

    Returns:
        ``unit`` (the one that really runs it), ``mail_version``, ``hostname``, ``domains``,
        ``interfaces``, ``queue_directory``, ``daemon_directory``, ``recipient_delimiter``,
        ``files`` (main, master), ``settings`` (of main.cf, as written there), ``entries``
        (of master.cf), ``sasl`` (dovecot, cyrus, rimap), ``problems``.
    """
    paths = {"main": os.path.join(root, "main.cf"), "master": os.path.join(root, "master.cf")}
    problems: list[str] = []
    texts = {name: _read(path, problems) for name, path in paths.items()}
    facts = _evaluated(root, problems)
    queue = facts.get("queue_directory", QUEUE)
    domains = " ".join(facts.get(name, "") for name in _ASKED[2:6])
    return {
        "unit": running_unit(),
        "mail_version": facts.get("mail_version", ""),
        "hostname": facts.get("myhostname", ""),
        "domains": sorted({word for word in re.split(r"[\s,]+", domains) if re.match(r"[A-Za-z0-9.-]+\Z", word)}),
        "interfaces": [word for word in re.split(r"[\s,]+", facts.get("inet_interfaces", "")) if word],
        "queue_directory": queue,
        "daemon_directory": facts.get("daemon_directory", "/usr/lib/postfix/sbin"),
        "recipient_delimiter": facts.get("recipient_delimiter", ""),
        "files": paths,
        "settings": {name: value for name, value in postfix_main.read(texts["main"]).items() if _may_be_told(name)},
        "entries": [_entry(entry) for entry in entries(texts["master"])],
        "sasl": _sasl(root, queue),
        "problems": problems,
    }


def running_unit() -> Optional[str]:
    """Return the unit that runs Postfix itself.

    Debian 12 has a ``postfix.service`` that does nothing and stays ``active (exited)`` over
    a dead Postfix, beside an instance that runs it; Debian 13 has it the other way round.
    """
    for name in _UNITS:
        if unit.state(name).installed:
            kind = command.ask(["systemctl", "show", "-p", "Type", "--value", "--", name], timeout=20).stdout.strip()
            if kind != "oneshot":
                return name
    return None


def resolver_files(root: str = ROOT, host: str = RESOLV_CONF) -> list[str]:
    """Return the files by which the client that sends mail on finds its name servers.

    Behind a chroot it reads a copy of the host's, made when Postfix starts (Debian:
    configure-instance.sh); a reload makes none, so both count: what is read now and what will be.
    """
    ignored: list[str] = []
    clients = [entry for entry in entries(_read(os.path.join(root, "master.cf"), ignored))
               if entry.fields["command"] == "smtp" and entry.fields["type"] == "unix"]
    facts = _evaluated(root, ignored) if clients else {}
    # "-" is the default, which was another before compatibility_level 1.
    default = "y" if facts.get("compatibility_level", "0").partition(".")[0] == "0" else "n"
    behind = any((default if entry.fields["chroot"] == "-" else entry.fields["chroot"]) == "y" for entry in clients)
    copy = facts.get("queue_directory", QUEUE) + host
    return [host, copy] if behind else [host]


def _may_be_told(name: str) -> bool:
    return bool(_TOLD.match(name)) and "password" not in name


def _entry(entry: Entry) -> dict[str, Any]:
    options = entry.effective()
    return {
        "service": entry.fields["service"],
        "type": entry.fields["type"],
        "host": entry.host,
        "port": entry.port,
        "loopback": _is_loopback(entry.host),
        "command": entry.fields["command"],
        "chroot": entry.fields["chroot"],
        "line": entry.line,
        "options": {
            name: value for name, value in options.items() if _may_be_told(name) or _TOLD_OF_SERVICES.match(name)
        },
    }


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _evaluated(root: str, problems: list[str]) -> Mapping[str, str]:
    """Return parameters as Postfix itself works them out."""
    result = command.ask(["postconf", "-c", root, "-x", *_ASKED], timeout=20)
    if not result.ok:
        problems.append(f"postconf cannot read the settings: {result.words or result.describe()}")
    pairs = (line.partition(" =") for line in result.stdout.split("\n"))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def _sasl(root: str, queue: str) -> dict[str, Any]:
    """Return which login backends are there: ``cyrus`` is absent, ours or theirs."""
    ignored: list[str] = []
    text = _read(os.path.join(root, "sasl", "smtpd.conf"), ignored)
    saslauthd = _read(SASLAUTHD, ignored)
    uses_saslauthd = re.search(r"(?m)^\s*pwcheck_method:.*\bsaslauthd\b", text)
    return {
        "dovecot": _is_socket(os.path.join(queue, "private", "auth")),
        "cyrus": "absent" if not text else "ours" if OURS in text else "theirs",
        "rimap": bool(uses_saslauthd and re.search(r"(?m)^\s*MECHANISMS=.*\brimap\b", saslauthd)),
    }


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False


def _read(path: str, problems: list[str]) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
            return stream.read(_SIZE_LIMIT)
    except OSError as error:
        problems.append(f"{path} cannot be read: {error.strerror}.")
        return ""
