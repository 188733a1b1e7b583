# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges private keys and the files they lie in: do they fit, can they be used, who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_certificate import judge_public_key
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import (
    Certificate,
    FileFacts,
    Material,
    PrivateKey,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules

FIRST_USER_UID = 1000
"""Debian Policy 9.2.2: accounts from here on belong to people."""


@dataclass(frozen=True)
class _Pairs:
    """What a key may fit."""

    leaves: Sequence[Certificate]
    everything: Sequence[Certificate]
    with_key: set[Optional[str]]
    """Identities of the keys that were read."""


def judge_keys(materials: Sequence[Material], leaves: Sequence[Certificate], rules: Rules) -> list[Ledger]:
    """Judge every private key; returns one ledger per source that has keys."""
    ledgers = []
    pairs = _Pairs(
        leaves,
        [item for material in materials for item in material.certificates],
        {key.key.identity for material in materials for key in material.keys if key.key is not None},
    )
    certified = {item.key.identity for item in pairs.everything}
    for material in materials:
        if not material.keys:
            continue
        into = Ledger(material.source)
        for key in material.keys:
            _usable(key, into)
            _match(key, pairs, into)
            if key.key is not None and key.key.identity not in certified:
                judge_public_key(key.key, f"The private key in {key.source}", rules, into)
        if material.file is not None:
            judge_key_file(material.file, rules, into)
        ledgers.append(into)
    return ledgers


def _usable(key: PrivateKey, into: Ledger) -> None:
    who = f"The private key in {key.source}"
    if key.error is not None:
        into.error(
            "certificate.readable",
            "high",
            f"{who} is unusable: {key.error}.",
            "Give the right passphrase, or replace the file by a key that is in order.",
            form=key.form,
        )
    if key.form == "pkcs12":
        return
    if key.encrypted:
        into.failed(
            "certificate.key_encrypted",
            "high",
            f"{who} is encrypted with a passphrase, so no service can start with it unattended.",
            "Store it without a passphrase, readable by its owner only: openssl pkey -in OLD -out NEW.",
            form=key.form,
        )
    elif key.error is None:
        into.passed("certificate.key_encrypted", f"{who} needs no passphrase.", form=key.form)


def _match(key: PrivateKey, pairs: _Pairs, into: Ledger) -> None:
    who = f"The private key in {key.source}"
    if key.key is None:
        if pairs.leaves:
            into.untold("certificate.key_match", f"{who} could not be read, so what it fits is not known.")
        return
    identity = key.key.identity
    own = [leaf for leaf in pairs.leaves if leaf.source == key.source]
    candidates = own or pairs.leaves
    authorities = () if own else pairs.everything
    fitting = next((item for item in (*candidates, *authorities) if item.key.identity == identity), None)
    if fitting is None:
        _no_match(key, own, candidates, pairs, into)
        return
    into.passed(
        "certificate.key_match",
        f"{who} is the key of '{fitting.title}' in {fitting.source}.",
        spki_sha256=key.key.spki_sha256,
        certificate=fitting.source,
        certificate_sha256=fitting.sha256,
    )


def _no_match(
    key: PrivateKey, own: Sequence[Certificate], candidates: Sequence[Certificate], pairs: _Pairs, into: Ledger
) -> None:
    who = f"The private key in {key.source}"
    digest = None if key.key is None else key.key.spki_sha256
    orphans = [leaf for leaf in candidates if leaf.key.identity not in pairs.with_key]
    facts = {"spki_sha256": digest, "certificates": [leaf.source for leaf in candidates[:8]]}
    if own or len(orphans) == 1:
        other = (own or orphans)[0]
        into.failed(
            "certificate.key_match",
            "high",
            f"{who} is not the key of the certificate '{other.title}' in {other.source}.",
            "Put the key there that the certificate was issued for, or have one issued for this key.",
            **facts,
        )
    elif orphans:
        into.failed(
            "certificate.key_match",
            "medium",
            f"{who} is the key of none of the {len(candidates)} leaf certificates that were read with it.",
            "Find the certificate that it belongs to; remove the key if there is none.",
            **facts,
        )
    elif candidates:
        into.failed(
            "certificate.key_match",
            "low",
            f"{who} belongs to no certificate that was read with it.",
            "Remove it if nothing uses it any more.",
            **facts,
        )
    else:
        into.untold("certificate.key_match", f"{who} was read without a leaf certificate to compare it with.", **facts)


def judge_key_file(file: FileFacts, rules: Rules, into: Ledger) -> None:
    """Judge owner and mode of a file that holds a private key."""
    who, mode = f"The key file {file.path}", file.mode
    facts = {"owner": file.owner, "group": file.group, "mode": file.mode_text}
    wrong = []
    if mode & 0o006:
        wrong.append(
            (
                "critical",
                f"{who} has mode {file.mode_text}: every account on this host may "
                f"{'change' if mode & 0o002 else 'read'} it",
            )
        )
    elif mode & 0o020:
        wrong.append(("medium", f"{who} has mode {file.mode_text}: the group {file.group} may change it"))
    elif mode & 0o040 and file.gid != 0 and file.group not in rules.key_groups:
        wrong.append(("high", f"{who} has mode {file.mode_text}: the group {file.group} may read it"))
    if file.directory_mode & 0o002 and not file.directory_mode & 0o1000:
        wrong.append(("high", f"{who} lies in a folder in which every account may replace it"))
    for severity, sentence in wrong:
        into.failed(
            "certificate.key_mode",
            severity,
            sentence + ".",
            "chmod 0600 and chown root, or 0640 with a group that is meant to read it (option key_groups).",
            allowed_groups=list(rules.key_groups),
            **facts,
        )
    if not wrong:
        into.passed("certificate.key_mode", f"{who} has mode {file.mode_text}, group {file.group}.", **facts)
    if file.owner in rules.key_owners:
        into.passed("certificate.key_owner", f"{who} belongs to {file.owner}.", **facts)
    else:
        into.failed(
            "certificate.key_owner",
            "low" if file.uid < FIRST_USER_UID else "medium",
            f"{who} belongs to {file.owner}; {list_words(rules.key_owners)} is expected.",
            "chown root, or name the account in key_owners.",
            expected=list(rules.key_owners),
            **facts,
        )


def judge_copies(materials: Sequence[Material]) -> list[Ledger]:
    """Report private keys that lie in several files, as advice."""
    places: dict[str, list[str]] = {}
    for material in materials:
        for key in material.keys:
            if key.key is not None and key.key.spki_sha256 is not None:
                known = places.setdefault(key.key.spki_sha256, [])
                if material.source not in known:
                    known.append(material.source)
    ledgers = []
    for digest, sources in places.items():
        if len(sources) < 2:
            continue
        folders = {source.rpartition("/")[0] for source in sources}
        into = Ledger(sources[0])
        into.failed(
            "certificate.key_shared",
            "info" if len(folders) == 1 else "low",
            f"One private key lies in {len(sources)} files: {list_words(sources)}.",
            "Keep one copy where that is possible: each has to be renewed and protected.",
            spki_sha256=digest,
            paths=sources,
        )
        ledgers.append(into)
    return ledgers
