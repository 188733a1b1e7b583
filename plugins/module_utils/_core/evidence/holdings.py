# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates and keys that hosts hold in files, against those that endpoints serve: the view over a fleet.

It answers which file is served where, which is served nowhere, which endpoint serves a certificate that is in no file
that was read, which key is on several hosts, and which program renews a certificate and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.inventory import list_certificates
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment

Row = Mapping[str, Any]

OURS = "intransit.tls"
PLACES: tuple[tuple[str, str], ...] = (
    ("/etc/letsencrypt/live/*/fullchain.pem", "certbot"), ("/etc/letsencrypt/live/*/privkey.pem", "certbot"),
    ("/var/lib/dehydrated/certs/*/fullchain.pem", "dehydrated"),
    ("/var/lib/dehydrated/certs/*/privkey.pem", "dehydrated"),
    ("/root/.acme.sh/*/fullchain.cer", "acme.sh"), ("/root/.acme.sh/*/*.key", "acme.sh"),
    ("/etc/lego/certificates/*.crt", "lego"), ("/etc/lego/certificates/*.key", "lego"),
    ("/var/lib/lego/certificates/*.crt", "lego"), ("/var/lib/lego/certificates/*.key", "lego"),
    ("/etc/ssl/certs/ssl-cert-*.pem", "ssl-cert"), ("/etc/ssl/private/*", ""), ("/etc/ssl/*.pem", ""),
    ("/etc/apache2/ssl/*", ""), ("/etc/courier/*.pem", ""), ("/etc/dovecot/private/*", ""), ("/etc/exim4/exim.*", ""),
    ("/etc/haproxy/*.pem", ""), ("/etc/ldap/*.pem", ""), ("/etc/nginx/ssl/*", ""), ("/etc/postfix/*.pem", ""),
)
"""Where files are looked for besides those that a daemon names, with the program that renews what is there."""
_KEYS = ("sha256", "subject", "issuer", "not_before", "not_after")
# CA/Browser Forum, ballot SC-081v3 (2025-04-11): the longest life of a certificate of a public authority, in days.
STEPS: tuple[tuple[date, int], ...] = ((date(2026, 3, 15), 200), (date(2027, 3, 15), 100), (date(2029, 3, 15), 47))
_SHORT = timedelta(days=10)


class Step(NamedTuple):
    """A day from which public authorities issue shorter certificates."""

    day: date
    longest: int
    """Days of life from then on."""
    longer: int
    """Certificates in use that live longer than that."""
    renewals: int
    """In a year for each of them, if two thirds of the life are used."""


def list_patterns(root: str, services: Row, further: Sequence[str] = ()) -> list[str]:
    """Return what ``certificate_info`` reads on a host.

    Args:
        root: the folder of this collection's certificate sets.
        services: what ``service_info`` returned; the files that its daemons name.
        further: patterns of the user.
    """
    named = [str(path) for seen in (services.get("services") or {}).values() for path in _list_named(seen)]
    ours = [f"{root}/*/fullchain.pem", f"{root}/*/privkey.pem"]
    # A file that a daemon names may be missing. As a pattern it may be.
    missing_allowed = [f"{path[:-1]}[{path[-1]}]" for path in named if path.startswith("/") and path[-1].isalnum()]
    return list(dict.fromkeys([*ours, *(path for path, _keeper in PLACES), *missing_allowed, *further]))


def _list_named(seen: Row) -> Iterator[str]:
    """Yield the files that a daemon names, as its reader found them."""
    for row in (*(seen.get("present_certificates") or ()), *(seen.get("vhosts") or ())):
        yield from (str(row[key]) for key in ("certificate", "private_key") if row.get(key))
    for row in seen.get("settings") or ():
        if isinstance(row, Mapping) and row.get("name") in ("ssl_certificate", "ssl_certificate_key"):
            yield from map(str, row["arguments"])


def shorten_files(found: Row, root: str) -> list[dict[str, Any]]:
    """Return what the evidence keeps of a host's files: a row for each leaf and each private key.

    Args:
        found: what ``certificate_info`` returned.
        root: the folder of this collection's certificate sets.
    """
    rows: list[dict[str, Any]] = []
    for item in found.get("certificates") or ():
        if item.get("leaf") and item.get("position") == 0:
            names = [*(item.get("dns_names") or ()), *(item.get("ip_addresses") or ())]
            rows.append({"path": item["path"], "kind": "certificate", "keeper": find_keeper(str(item["path"]), root),
                         **{key: item.get(key) for key in _KEYS}, "names": names,
                         "spki_sha256": (item.get("key") or {}).get("spki_sha256")})
    for item in found.get("private_keys") or ():
        rows.append({"path": item["path"], "kind": "private key", "keeper": find_keeper(str(item["path"]), root),
                     "spki_sha256": (item.get("key") or {}).get("spki_sha256")})
    return rows


def find_keeper(path: str, root: str) -> str:
    """Return the program that renews what is at a path; empty if none is known."""
    if path.startswith(root.rstrip("/") + "/"):
        return OURS
    return next((keeper for pattern, keeper in PLACES if keeper and fnmatchcase(path, pattern)), "")


def has_files(made: Row) -> bool:
    """Return whether files of any host were read."""
    return any(host.get("files") is not None for host in made["hosts"])


def list_holdings(made: Row) -> list[dict[str, Any]]:
    """Return every leaf certificate in a file or on the wire, the first to end first.

    Returns:
        ``sha256``, ``subject``, ``names``, ``issuer``, ``not_before``, ``not_after``, ``spki_sha256``, ``files`` and
        ``places`` (host and path, host and endpoint), ``keepers``, ``next`` (the first day on which the keeper renews
        it, if that is known), ``key_hosts`` (hosts with its private key, if there are several) and ``notes``
        (what an administrator has to know).
    """
    found: dict[str, dict[str, Any]] = {}
    for entry in list_certificates(made):
        places = [(place["host"], place["endpoint"]) for place in entry["places"]]
        found[str(entry["sha256"])] = {**_begin(entry), "places": places}
    for host, row in _list_rows(made, "certificate"):
        entry = found.setdefault(str(row["sha256"]), _begin(row))
        entry["files"].append((host, row["path"]))
        entry["keepers"] = sorted({*entry["keepers"], row["keeper"]} - {""})
    holders: dict[str, set[str]] = {}
    for host, row in _list_rows(made, "private key"):
        holders.setdefault(str(row["spki_sha256"]), set()).add(host)
    read = {str(host["host"]) for host in made["hosts"] if host.get("files") is not None}
    for entry in found.values():
        hosts = sorted(holders.get(str(entry["spki_sha256"]), ()))
        entry["key_hosts"] = hosts if len(hosts) > 1 else []
        entry["next"] = _find_next(entry)
        entry["notes"] = list(_note(entry, read))
    return sorted(found.values(), key=lambda entry: (entry["not_after"] is None, str(entry["not_after"])))


def list_steps(made: Row) -> list[Step]:
    """Return the days from which public authorities issue shorter certificates, against those in use."""
    served = (entry for entry in list_holdings(made) if entry["places"])
    lives = [life for life in map(_life, served) if life is not None]
    return [Step(day, longest, sum(life > timedelta(days=longest) for life in lives), round(365 / (longest * 2 / 3)))
            for day, longest in STEPS]


def _begin(row: Row) -> dict[str, Any]:
    kept = {key: row.get(key) for key in (*_KEYS, "names", "spki_sha256")}
    return {**kept, "files": [], "places": [], "keepers": []}


def _list_rows(made: Row, kind: str) -> Iterator[tuple[str, Row]]:
    every = ((str(host["host"]), row) for host in made["hosts"] for row in host.get("files") or ())
    return (item for item in every if item[1]["kind"] == kind)


def _note(entry: Row, read: set[str]) -> Iterator[str]:
    """Yield what an administrator has to know of one certificate."""
    holders = {host for host, _path in entry["files"]}
    unfiled = sorted({host for host, _endpoint in entry["places"] if host in read and host not in holders})
    if not entry["places"]:
        yield "served nowhere"
    if unfiled:
        yield f"in no file that was read on {', '.join(unfiled)}"
    if entry["files"] and not entry["keepers"]:
        yield "no program is known to renew it"
    if entry["key_hosts"]:
        yield f"one private key on {', '.join(entry['key_hosts'])}"


def _find_next(entry: Row) -> Optional[str]:
    """Return the first day on which this collection or certbot renews it; others keep their rules to themselves."""
    life, end = _life(entry), moment(entry["not_after"])
    if life is None or end is None or not {OURS, "certbot"} & set(entry["keepers"]):
        return None
    left = (life / 2 if life < _SHORT else life / 3) if OURS in entry["keepers"] else timedelta(days=30)
    return (end - left).date().isoformat()


def _life(entry: Row) -> Optional[timedelta]:
    begin, end = moment(entry["not_before"]), moment(entry["not_after"])
    return end - begin if begin and end else None
