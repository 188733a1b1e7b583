# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges how certificates hang together: order, completeness, signatures, and where the chain ends.

What a leaf's chain may be built from is what would be served with it: the rest of its
own file (or of what the endpoint sent), and files that hold nothing but authorities.
Trust anchors come last: they end a chain and never fill a gap in the middle of one
that has to be served.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import names
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, name_finding
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Material, Signatures
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules

MAX_LENGTH = 12
"""Longer than any chain in use; a loop ends here too."""


@dataclass
class Family:
    """Who signed whom, among everything that was read."""

    anchors: set[str]
    """SHA-256 of the certificates that end a chain."""
    now: datetime
    signatures: Signatures
    by_subject: dict[str, list[Certificate]] = field(default_factory=dict)
    _good: set[tuple[str, str]] = field(default_factory=set)
    _bad: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(
        cls, materials: Iterable[Material], anchors: Iterable[Certificate], signatures: Signatures, now: datetime
    ) -> "Family":
        """Build it from everything that was read."""
        anchors = tuple(anchors)
        family = cls({item.sha256 for item in anchors}, now, signatures)
        seen: set[str] = set()
        for item in [*(one for material in materials for one in material.certificates), *anchors]:
            if item.sha256 not in seen:
                seen.add(item.sha256)
                family.by_subject.setdefault(item.subject_id, []).append(item)
        family._good, family._bad = set(signatures.verified), set(signatures.refuted)
        return family

    def signed(self, child: Certificate, issuer: Certificate) -> bool:
        """The names fit, and the signature is good as far as it could be checked."""
        pair = (child.sha256, issuer.sha256)
        if child.issuer_id != issuer.subject_id:
            return False
        return pair in self._good or pair in self.signatures.unchecked or not self.signatures.possible

    def checked(self, child: Certificate, issuer: Certificate) -> bool:
        """The signature was checked and is good."""
        return (child.sha256, issuer.sha256) in self._good

    def current(self, item: Certificate) -> bool:
        """Now is within its validity."""
        return item.not_before <= self.now <= item.not_after

    def refuted(self, child: Certificate) -> tuple[Certificate, ...]:
        """Certificates that carry the issuer's name but did not make the signature."""
        return tuple(
            one
            for one in self.by_subject.get(child.issuer_id, ())
            if (child.sha256, one.sha256) in self._bad and one.sha256 != child.sha256
        )

    def self_signed(self, item: Certificate) -> bool:
        """It is its own issuer, by name and by signature."""
        return item.self_issued and self.signed(item, item)

    def issuer(self, child: Certificate, among: Iterable[Certificate]) -> Optional[Certificate]:
        """Return the one of ``among`` that signed ``child``; as in OpenSSL, one that is valid now comes first."""
        signers = [one for one in among if one.sha256 != child.sha256 and self.signed(child, one)]
        return next((one for one in signers if self.current(one)), signers[0] if signers else None)

    def anchor_of(self, child: Certificate) -> Optional[Certificate]:
        """Return the anchor that signed ``child``, or ``child`` itself if it is one."""
        if child.sha256 in self.anchors:
            return child
        known = (one for one in self.by_subject.get(child.issuer_id, ()) if one.sha256 in self.anchors)
        return self.issuer(child, known)


Shelf = Mapping[str, Sequence[Certificate]]
"""Authorities by their subject."""


def find_authorities(materials: Sequence[Material], is_leaf: set[tuple[str, int]]) -> Shelf:
    """Return the certificates of the sources that hold nothing but authorities."""
    shelf: dict[str, list[Certificate]] = {}
    for material in materials:
        if not any((material.source, one.position) in is_leaf for one in material.certificates):
            for item in material.certificates:
                shelf.setdefault(item.subject_id, []).append(item)
    return shelf


def walk(leaf: Certificate, own: Sequence[Certificate], shelf: Shelf, family: Family) -> tuple[Certificate, ...]:
    """Return leaf, issuer, issuer's issuer ... as far as its ``own`` file and the ``shelf`` go.

    It ends below the first trust anchor, as with OpenSSL's X509_V_FLAG_TRUSTED_FIRST: what an
    authority of an anchor's name and key is signed by (a cross certificate) matters to no client.
    """
    path = [leaf]
    while len(path) < MAX_LENGTH and not family.self_signed(path[-1]) and family.anchor_of(path[-1]) is None:
        wanted = path[-1].issuer_id
        near = [item for item in own if item.subject_id == wanted]
        above = family.issuer(path[-1], (*near, *shelf.get(wanted, ())))
        if above is None or above in path:
            break
        path.append(above)
    return tuple(path)


def judge_order(material: Material, path: Sequence[Certificate], family: Family, into: Ledger) -> None:
    """Judge the order within one source that holds one leaf, whose chain is ``path``."""
    leaf = path[0]
    who = name_finding(leaf, "leaf")
    if leaf.position != 0:
        into.failed(
            "certificate.chain_order",
            "high",
            f"{who} is not the first certificate, so a server would present another one.",
            "Put the leaf first, then its issuer, then the issuer's issuer.",
            position=leaf.position,
        )
        return
    chain = list({item.sha256: item for item in reversed(material.certificates)}.values())[::-1]
    needed = [item for item in path if item in chain]
    versions = {(item.subject_id, item.key.identity) for item in needed}
    chain = [item for item in chain if item in needed or (item.subject_id, item.key.identity) not in versions]
    if len(chain) < len(material.certificates):
        length = len(material.certificates)
        _surplus(f"In {material.source} a certificate is there twice, or in two versions.", into, length=length)
    complete = family.anchor_of(path[-1]) is not None or family.self_signed(path[-1])
    for lower, upper in zip(chain, chain[1:]):
        if not family.signed(lower, upper) or family.self_signed(lower):
            sentence = (
                f"In {material.source} certificate {upper.position + 1} ('{upper.title}') did not sign the one before "
                f"it ('{lower.title}')"
            )
            facts = {"position": upper.position, "subject": upper.subject, "expected_subject": lower.issuer}
            if complete and chain[: len(needed)] == needed:
                _surplus(f"{sentence} and belongs to no chain.", into, **facts)
                return
            into.failed(
                "certificate.chain_order",
                "medium",
                f"{sentence}.",
                "Put behind each certificate the one that signed it, and remove the others.",
                **facts,
            )
            return
    if len(chain) > 1:
        into.passed("certificate.chain_order", f"{who} is followed by its issuers in order.", length=len(chain))


def _surplus(sentence: str, into: Ledger, **facts: Any) -> None:
    """Clients build their chain without it: advice."""
    into.failed("certificate.chain_order", "low", sentence, "Leave it out.", advice=True, **facts)


def judge_first(material: Material, leaves: Sequence[Certificate], keys: set[Optional[str]], into: Ledger) -> None:
    """Judge a source with several leaves: if a key fits one of them, the first is the one to be served."""
    first = material.certificates[0]
    fitting = [leaf for leaf in leaves if leaf.key.identity in keys]
    if fitting and first.key.identity not in keys:
        into.failed(
            "certificate.chain_order",
            "high",
            f"The first certificate in {material.source} is '{first.title}', but the key is that of "
            f"'{fitting[0].title}' further down, which no server would present.",
            "Put the leaf first that the key belongs to.",
            position=fitting[0].position,
        )


def judge_chain(leaf: Certificate, path: Sequence[Certificate], family: Family, rules: Rules, into: Ledger) -> None:
    """Judge whether a leaf's chain, as ``walk`` found it, is complete and where it ends."""
    who = name_finding(leaf, "leaf")
    if family.self_signed(leaf):
        _self_signed(leaf, who, family, into)
        return
    top = path[-1]
    anchor = family.anchor_of(top)
    _broken_signature(path, who, family, into)
    links = [*path, *([anchor] if anchor is not None and anchor is not top else [])]
    _constraints(leaf, links[1:], who, into)
    _path_lengths(links, who, into)
    _same_names(links, who, into)
    titles = [item.title for item in path]
    if anchor is None and not family.self_signed(top):
        into.failed(
            "certificate.chain_complete",
            "medium",
            f"{who} has an incomplete chain: nothing that was read, and no trust anchor, is the issuer '{top.issuer}'.",
            "Add the missing intermediate to the chain, or name the root among the trust anchors.",
            chain=titles,
            missing=top.issuer,
            issuer_urls=list(top.issuer_urls),
        )
        return
    into.passed("certificate.chain_complete", f"{who} has a complete chain.", chain=titles)
    if anchor is not None:
        _anchored(links, who, family, into)
    else:
        scope = "the named trust anchors" if rules.anchors_named else "the trust store of this host"
        into.failed(
            "certificate.trust_anchor",
            "medium" if rules.anchors_named else "low",
            f"{who} leads to '{top.title}', which is not among {scope}.",
            "Install that root where the clients search for it, or use an authority that they trust.",
            root=top.subject,
            root_sha256=top.sha256,
        )


def _anchored(links: Sequence[Certificate], who: str, family: Family, into: Ledger) -> None:
    """Judge a chain from leaf to anchor."""
    anchor = links[-1]
    facts = {"anchor": anchor.subject, "anchor_sha256": anchor.sha256}
    unchecked = [lower for lower, upper in zip(links, links[1:]) if not family.checked(lower, upper)]
    if not family.current(anchor):
        into.failed(
            "certificate.trust_anchor",
            "medium",
            f"{who} leads to the trust anchor '{anchor.title}', which is valid from {anchor.not_before.isoformat()} to "
            f"{anchor.not_after.isoformat()} only.",
            "Name the anchor's newer certificate, or have a certificate issued by another authority.",
            **facts,
        )
    elif unchecked:
        into.untold(
            "certificate.trust_anchor",
            f"{who} leads to the trust anchor '{anchor.title}' by its names; the signature of '{unchecked[0].title}' "
            f"({unchecked[0].signature_algorithm}) could not be checked.",
            **facts,
        )
    else:
        into.passed("certificate.trust_anchor", f"{who} leads to the trust anchor '{anchor.title}'.", **facts)


def _path_lengths(links: Sequence[Certificate], who: str, into: Ledger) -> None:
    """RFC 5280 4.2.1.9: how many authorities there may be below one, self-issued ones not counted."""
    for place, item in enumerate(links[1:], 1):
        below = sum(1 for lower in links[1:place] if not lower.self_issued)
        if item.path_length is not None and below > item.path_length:
            into.failed(
                "certificate.basic_constraints",
                "high",
                f"{who} has a chain in which '{item.title}' may have {item.path_length} authorities below it and has "
                f"{below}; clients refuse it.",
                "Have it issued by an authority that may, or take the chain that the authority gives out.",
                authority=item.subject,
                path_length=item.path_length,
                below=below,
            )
            return


def _same_names(links: Sequence[Certificate], who: str, into: Ledger) -> None:
    """OpenSSL compares names as RFC 5280 7.1 asks for; Go, NSS and others compare bytes."""
    for lower, upper in zip(links, links[1:]):
        if lower.issuer_sha256 != upper.subject_sha256:
            into.failed(
                "certificate.chain_names",
                "low",
                f"{who} has a chain in which the issuer of '{lower.title}' and the subject of '{upper.title}' are the "
                "same name in different bytes (type of string, case or spaces); clients that compare bytes (Go, NSS) "
                "do not find the issuer.",
                "Have the certificate issued again by software that copies the issuer's name byte by byte.",
                advice=True,
                issuer=lower.issuer,
                subject=upper.subject,
            )
            return


def _self_signed(leaf: Certificate, who: str, family: Family, into: Ledger) -> None:
    if leaf.sha256 in family.anchors:
        into.passed(
            "certificate.trust_anchor",
            f"{who} is self-signed and is itself a trust anchor.",
            anchor=leaf.subject,
            anchor_sha256=leaf.sha256,
        )
        return
    into.failed(
        "certificate.self_signed",
        "medium",
        f"{who} is self-signed: no client can tell it from an attacker's.",
        "Have a certificate issued by an authority that the clients know, your own included.",
        subject=leaf.subject,
    )


def _constraints(leaf: Certificate, above: Sequence[Certificate], who: str, into: Ledger) -> None:
    for item in above:
        for name in leaf.dns_names + leaf.ip_addresses:
            problem = names.find_constraint_problem(item.permitted_names, item.excluded_names, name)
            if problem is not None:
                into.failed(
                    "certificate.name_constraints",
                    "high",
                    f"{who} cannot be used: its authority '{item.title}' may not sign for {name}, {problem}.",
                    "Have it issued by an authority that may, or ask for names that this one may sign for.",
                    name=name,
                    authority=item.subject,
                    permitted=list(item.permitted_names),
                    excluded=list(item.excluded_names),
                )
                return


def _broken_signature(path: Sequence[Certificate], who: str, family: Family, into: Ledger) -> None:
    top = path[-1]
    impostors = family.refuted(top)
    if impostors and family.anchor_of(top) is None and not family.self_signed(top):
        into.failed(
            "certificate.chain_signature",
            "high",
            f"{who} has a broken chain: '{impostors[0].title}' carries the issuer's name but did not sign "
            f"'{top.title}'.",
            "Take the issuer's certificate that fits; the authority may have renewed it with another key.",
            subject=top.subject,
            issuer=impostors[0].subject,
        )


def judge_issuer(item: Certificate, who: str, into: Ledger) -> None:
    """Judge whether an authority in a chain may sign certificates at all."""
    if item.ca is False:
        into.failed(
            "certificate.basic_constraints",
            "high",
            f"{who} stands where an authority belongs but is marked as none.",
            "Replace it with the issuer's certificate.",
            ca=False,
        )
    elif item.key_usage is not None and "keyCertSign" not in item.key_usage:
        into.failed(
            "certificate.key_usage",
            "medium",
            f"{who} is an authority whose key may not sign certificates.",
            "Have the authority's certificate issued with keyCertSign.",
            key_usage=list(item.key_usage),
        )
