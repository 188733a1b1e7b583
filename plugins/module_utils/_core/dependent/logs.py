# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Count in the daemons' own logs who came with TLS and who came without, for each port and client address.

Only lines that tell it count: Courier's and Dovecot's logins, Postfix' line at the end of a connection, slapd's
connections (if its log has them), and Apache's log with the port in it.  No user, no path and no host name is kept.
(Postfix 3.0 RELEASE_NOTES, "disconnect from"; Dovecot: login_log_format_elements; Courier: its own lines;
slapd.conf(5), loglevel stats; Debian's other_vhosts_access.log.)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Steps

MOST_LINES = 50000
"""Lines of the journal that are read, the last ones."""
MOST_BYTES = 16 * 1024 * 1024
MOST_CLIENTS = 1000
"""Clients that are returned, those with the most connections without TLS."""
TAGS = ("imapd", "pop3d", "dovecot", "postfix/smtpd", "postfix/submission/smtpd", "slapd")
"""Names under which the daemons log."""
FILES = ("/var/log/mail.log", "/var/log/mail.log.1")
"""Read only if the journal has nothing of these daemons."""
WEB = ("/var/log/apache2/other_vhosts_access.log", "/var/log/apache2/other_vhosts_access.log.1")

_LINE = re.compile(r"\s([\w/.-]+)\[\d+\]: (.*)")
_COURIER = re.compile(r"(?:LOGOUT|TIMEOUT|DISCONNECTED), user=.*?, ip=\[([0-9a-fA-F:.]+)\]")
_DOVECOT = re.compile(r"(imap|pop3)-login: (?:Info: )?Logged in|(imap|pop3)-login: (?:Info: )?Login:")
_RIP = re.compile(r"\brip=([0-9a-fA-F:.]+)")
_POSTFIX = re.compile(r"disconnect from \S*\[([0-9a-fA-F:.]+)\] (.*)")
_ACCEPT = re.compile(r"conn=(\d+) fd=\d+ ACCEPT from IP=\[?([0-9a-fA-F:.]+?)\]?:\d+ \(IP=\S+:(\d+)\)")
_TLS = re.compile(r"conn=(\d+) fd=\d+ TLS established")
_WEB = re.compile(r"\S+:(\d+) ([0-9a-fA-F:.]+) .*?\" (\d{3}) ")

Seen = tuple[int, str, bool]
"""Port, client address, whether TLS was used."""


def read(ports: Collection[int], days: int) -> Steps[list[dict[str, Any]]]:
    """Return ``port``, ``peer``, ``plain`` and ``tls`` (numbers of connections), those with most plain ones first.

    Args:
        ports: plaintext ports of this host.
        days: how far back the journal is read; 0: no log is read.
    """
    if not days:
        return []
    tags = [word for tag in TAGS for word in ("-t", tag)]
    shown = yield from model.run(
        ["journalctl", "--no-pager", "-q", "-o", "short-iso", f"--since=-{days}d", f"-n{MOST_LINES}", *tags],
        timeout=60, keep=MOST_BYTES)
    texts = [shown.stdout] if shown.stdout.strip() else []
    for path in (*(() if texts else FILES), *WEB):
        texts.append((yield from model.read_text(path)).text)
    return count_lines((row for text in texts for row in list_seen(text.split("\n"))), ports)


def count_lines(rows: Iterable[Seen], ports: Collection[int]) -> list[dict[str, Any]]:
    """Return the numbers for each port and client."""
    found: dict[tuple[int, str], list[int]] = {}
    for port, peer, tls in rows:
        if port in ports:
            found.setdefault((port, peer), [0, 0])[tls] += 1
    made: list[dict[str, Any]] = [
        {"port": port, "peer": peer, "plain": plain, "tls": tls} for (port, peer), (plain, tls) in found.items()]
    return sorted(made, key=lambda row: (-row["plain"], row["port"], row["peer"]))[:MOST_CLIENTS]


def list_seen(lines: Iterable[str]) -> Iterator[Seen]:
    """Yield what each line tells; connections of slapd when their last line was read."""
    slapd: dict[str, Seen] = {}
    for line in lines:
        match = _LINE.search(line[:2000])
        if not match:
            yield from _web(line[:2000])
            continue
        tag, words = match.groups()
        if tag == "slapd":
            _slapd(words, slapd)
            continue
        row = _READERS[tag](tag, words) if tag in _READERS else None
        if row:
            yield row
    yield from slapd.values()


def _courier(tag: str, words: str) -> Optional[Seen]:
    match = _COURIER.match(words)
    address = _address(match.group(1)) if match else ""
    return ({"imapd": 143, "pop3d": 110}[tag], address, "starttls=1" in words) if address else None


def _dovecot(_tag: str, words: str) -> Optional[Seen]:
    match, rip = _DOVECOT.match(words), _RIP.search(words)
    address = _address(rip.group(1)) if match and rip else ""
    if not match or not address:
        return None
    # The port is not in the line: a login with TLS may have come to either of two.
    return {"imap": 143, "pop3": 110}[match.group(1) or match.group(2)], address, bool(re.search(r", TLS\b", words))


def _postfix(tag: str, words: str) -> Optional[Seen]:
    match = _POSTFIX.match(words)
    address = _address(match.group(1)) if match else ""
    if not match or not address or not re.search(r"\b(mail|auth)=[1-9]", match.group(2)):
        return None
    return 587 if "submission" in tag else 25, address, bool(re.search(r"\bstarttls=[1-9]", match.group(2)))


def _slapd(words: str, known: dict[str, Seen]) -> None:
    accept, tls = _ACCEPT.match(words), _TLS.match(words)
    address = _address(accept.group(2)) if accept else ""
    if accept and address:
        # slapd counts anew when it starts.
        key = accept.group(1) if accept.group(1) not in known else f"{accept.group(1)}+{len(known)}"
        known[key] = (int(accept.group(3)), address, False)
    elif tls and tls.group(1) in known:
        last = [key for key in known if key.partition("+")[0] == tls.group(1)][-1]
        known[last] = (known[last][0], known[last][1], True)


def _web(line: str) -> Iterator[Seen]:
    match = _WEB.match(line)
    # Who was sent on to https is not refused.
    if match and not match.group(3).startswith("3"):
        address = _address(match.group(2))
        if address:
            yield int(match.group(1)), address, False


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


_READERS = {
    "imapd": _courier, "pop3d": _courier, "dovecot": _dovecot, "postfix/smtpd": _postfix,
    "postfix/submission/smtpd": _postfix,
}
