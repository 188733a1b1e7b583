# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""MTA-STS (RFC 8461): the record that announces a policy, and the policy itself; read, compared, written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import name_of

MODES = ("enforce", "testing", "none")
MAX_AGE = 31557600
"""Most seconds that a policy may hold (section 3.2)."""
MAX_LINES = 1000
MAX_HOSTS = 100
PATH = "/.well-known/mta-sts.txt"
_RECORD = re.compile(r"v=STSv1[ \t]*;.*", re.DOTALL)
_ID = re.compile(r"[0-9A-Za-z]{1,32}")
_LABEL = "[0-9A-Za-z_](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z_])?"
_PATTERN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?")
_AGE = re.compile(r"[0-9]{1,10}")


def name_record(domain: str) -> str:
    """Return the name of the record of a domain."""
    return f"_mta-sts.{name_of(domain)}"


def name_host(domain: str) -> str:
    """Return the name of the host that has the policy of a domain."""
    return f"mta-sts.{name_of(domain)}"


def read_record(texts: Iterable[str]) -> dict[str, Any]:
    """Return ``id`` and ``problem`` of the texts under the name of the record (section 3.1).

    ``id`` None without a problem: none of them is such a record.
    """
    mine = [text for text in texts if _RECORD.fullmatch(text)]
    if not mine:
        return {"id": None, "problem": ""}
    if len(mine) > 1:
        return {"id": None, "problem": f"there are {len(mine)} records, and senders take that for none"}
    fields = [part.strip(" \t") for part in mine[0].split(";")[1:]]
    ids = [part.partition("=")[2] for part in fields if part.partition("=")[0] == "id"]
    if len(ids) != 1 or not _ID.fullmatch(ids[0]):
        return {"id": None, "problem": "its id is not 1 to 32 letters and digits"}
    return {"id": ids[0], "problem": ""}


def read_policy(text: str) -> dict[str, Any]:
    """Return ``mode``, ``max_age``, ``mx`` and ``problem`` of a policy (section 3.2); an invalid one has only that."""
    found: dict[str, str] = {}
    hosts: list[str] = []
    lines = text.replace("\r\n", "\n").split("\n")
    for line in lines[:MAX_LINES]:
        key, colon, value = line.partition(":")
        if colon and key.strip() == "mx":
            hosts.append(value.strip(" \t"))
        elif colon:
            found.setdefault(key.strip(), value.strip(" \t"))
    problem = _problem(found, hosts, len(lines))
    age = found.get("max_age", "")
    return {
        "mode": None if problem else found["mode"],
        "max_age": int(age) if not problem and _AGE.fullmatch(age) else None,
        "mx": [] if problem else [name_of(host) for host in hosts],
        "problem": problem,
    }


def _problem(found: dict[str, str], hosts: Sequence[str], lines: int) -> str:
    if lines > MAX_LINES or len(hosts) > MAX_HOSTS:
        return f"it has more than {MAX_LINES} lines or {MAX_HOSTS} mx lines"
    if found.get("version") != "STSv1":
        return "it has no line `version: STSv1`"
    if found.get("mode") not in MODES:
        return f"its mode is none of {', '.join(MODES)}"
    if not _AGE.fullmatch(found.get("max_age", "")) or int(found["max_age"]) > MAX_AGE:
        return f"its max_age is not a number of seconds up to {MAX_AGE}"
    if found["mode"] != "none" and not hosts:
        return "it names no mx"
    wrong = [host for host in hosts if not _PATTERN.fullmatch(host)]
    return f"one of its mx lines is not a name: {wrong[0][:80]!r}" if wrong else ""


def is_covered(host: str, patterns: Iterable[str]) -> bool:
    """Return whether a policy names a host: ``*.`` stands for exactly one label (section 4.1)."""
    name = name_of(host)
    parent = name.partition(".")[2]
    return any(name == pattern or (pattern.startswith("*.") and parent == pattern[2:])
               for pattern in map(name_of, patterns))


def write_policy(mode: str, hosts: Iterable[str], max_age: int) -> str:
    """Return the text of a policy; its lines end as section 3.2 writes them."""
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {name_of(host)}" for host in hosts), f"max_age: {max_age}"]
    return "".join(line + "\r\n" for line in lines)


def make_id(policy: str) -> str:
    """Return an id that changes with the text of a policy, and only with it."""
    return hashlib.sha256(policy.replace("\r\n", "\n").encode("utf-8")).hexdigest()[:20]


def write_record(policy: str) -> str:
    """Return the text of the record that announces a policy."""
    return f"v=STSv1; id={make_id(policy)};"
