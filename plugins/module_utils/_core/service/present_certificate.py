# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates that a daemon's own configuration names: which are kept, and which are not replaced without being asked.

Clients trust the authority that they know.  So a certificate that works is kept, with its paths, if the administrator
gave no entry of ``tls_certificates``: it is judged on the host as supplied files are, before the plan is made.  One
that an authority signed and that fails this judgement is not replaced by another authority's without a word.

A row of ``present_certificates`` of ``service_info`` has ``certificate``, ``private_key`` and ``chain`` (paths; the
last may be empty), and ``owner`` and ``group``: who may own the key besides root.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import FAILING_SEVERITIES

SNAKEOIL = "ssl-cert-snakeoil."
"""What the files of Debian's own self-signed certificate begin with."""
SYSTEM_STORE = "/etc/ssl/certs/ca-certificates.crt"
_NOT_WORKING = ("certificate.readable", "certificate.validity", "certificate.key_match", "certificate.key_encrypted")
"""Controls without which no client is served, so that there is nothing to keep."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """What becomes of the certificates that a service has."""

    kept: tuple[Row, ...] = ()
    """Rows that work and pass the judgement."""
    complete: bool = False
    """Whether all rows are kept, so that no setting about certificates has to change."""
    refused: tuple[str, ...] = ()
    """A sentence for each certificate of an authority that works and does not pass."""


def rows_of(seen: Row, root: str) -> list[Row]:
    """Return the rows that may be kept: not those that this collection made below ``root``, and not Debian's own."""
    found = [row for row in seen.get("present_certificates") or () if row["certificate"] and row["private_key"]]
    return [row for row in found if not row["certificate"].startswith(root.rstrip("/") + "/")
            and not posixpath.basename(row["certificate"]).startswith(SNAKEOIL)]


def make_question(seen: Row, name: str, root: str) -> dict[str, list[str]]:
    """Return what ``certificate_info`` has to be asked; empty if there is nothing to judge.

    Args:
        seen: the service's part of what ``service_info`` returned.
        name: the name that clients use.
        root: folder of certificate sets that this collection issued.
    """
    rows = rows_of(seen, root)
    if not rows:
        return {}
    return {
        "paths": list(dict.fromkeys(path for row in rows for path in _paths(row))),
        "names": [name] if name else [],
        "owners": sorted({"root", *(row["owner"] for row in rows)}),
        "groups": sorted({"ssl-cert", *(row["group"] for row in rows)}),
    }


def judge_present(rows: Sequence[Row], answer: Row, title: str, option: str) -> Judged:
    """Return what is kept.

    Args:
        rows: what ``rows_of`` returned.
        answer: what ``certificate_info`` returned for them.
        title: the service's name, for sentences.
        option: the variable that replaces them all the same.
    """
    kept, refused = [], []
    for row in rows:
        leaf = _leaf(row, rows, answer)
        failing = [item for item in answer.get("findings") or () if item["status"] in ("fail", "error")
                   and item["severity"] in FAILING_SEVERITIES and (len(rows) == 1 or item["path"] in _paths(row))]
        broken = {item["control"] for item in failing} & set(_NOT_WORKING)
        works = leaf is not None and not leaf["self_issued"] and not broken
        if works and not failing:
            kept.append(row)
        elif works and leaf is not None:
            refused.append(_sentence(row, leaf, failing, title, option))
    return Judged(tuple(kept), bool(rows) and len(kept) == len(rows), tuple(refused))


def entry_of(row: Row, name: str) -> dict[str, Any]:
    """Return a present certificate as an item of ``tls_certificates``."""
    return {
        "source": "files", "name": name, "subject_alt_names": [name], "reported": [name],
        **{key: row[key] for key in ("certificate", "private_key", "owner", "group")},
        **({"chain": row["chain"]} if row["chain"] else {}),
    }


def _paths(row: Row) -> list[str]:
    # The host's own store is asked in any case.
    paths = [row["private_key"], row["certificate"], row["chain"]]
    return [path for path in paths if path and path != SYSTEM_STORE]


def _leaf(row: Row, rows: Sequence[Row], answer: Row) -> Optional[Row]:
    """Return the leaf of a row; of a single one whatever its path, since links may lead to one file."""
    leaves = [item for item in answer.get("certificates") or () if item["leaf"]]
    return next((item for item in leaves if len(rows) == 1 or item["path"] in _paths(row)), None)


def _sentence(row: Row, leaf: Row, failing: Sequence[Row], title: str, option: str) -> str:
    names = ", ".join([*leaf["dns_names"], *leaf["ip_addresses"]]) or leaf["subject"]
    reasons = " ".join(dict.fromkeys(str(item["sentence"]) for item in failing))
    remedies = " ".join(dict.fromkeys(str(item["remedy"]) for item in failing if item.get("remedy")))
    return (
        f"{title} serves {row['certificate']} (for {names}, issued by {leaf['issuer']}), which cannot be kept: "
        f"{reasons} A certificate of another authority would cut off clients that trust only this one. {remedies} Or "
        f"set {option} to true to replace it.")
