# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Chains are judged by what OpenSSL would verify; ``openssl verify`` is asked about each of them."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import certificate as checks
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import Request, check
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

UTF8, PRINTABLE = 0x0C, 0x13


class Chains:
    """Makes authorities and leaves, and asks both OpenSSL and the judge about what is served."""

    def __init__(self, handmade: Any, pki: Any, folder: Path, now: datetime.datetime) -> None:
        self.made, self.pki, self.folder, self.now = handmade, pki, folder, now
        self.root_key, self.middle_key, self.old_key = (pki.key("ec", number) for number in (11, 12, 13))
        self.root = self.authority("New Root", "New Root", self.root_key, self.root_key)
        self.middle = self.authority("Issuing", "New Root", self.middle_key, self.root_key)
        self.leaf = self.server("Issuing", self.middle_key)

    def authority(self, subject: str, issuer: str, key: Any, signer: Any, length: int | None = None, **more: Any) -> bytes:
        extensions = self.made.authority_extensions(length)
        made = self.made.certificate(
            self.made.common(subject), self.made.common(issuer), key, signer, extensions, **more
        )
        return bytes(made)

    def server(self, issuer: str, signer: Any, tag: int = UTF8, extensions: tuple[bytes, ...] = ()) -> bytes:
        extensions = (*self.made.leaf_extensions(), self.made.names(), *extensions)
        subject, above = self.made.common("www.example.org"), self.made.common(issuer, tag)
        return bytes(self.made.certificate(subject, above, self.pki.key(), signer, extensions))

    def judged(self, *chain: bytes, anchors: tuple[bytes, ...] = ()) -> dict[str, str]:
        """control -> severity of what failed on disk."""
        paths = self.write(chain, anchors)
        request = Request(paths=[paths[0]], names=["www.example.org"], policy="intermediate", trust_anchors=[paths[1]])
        found = check(request, self.now)["findings"]
        return {item["control"][12:]: item["severity"] for item in found if item["status"] in ("fail", "error")}

    def served(self, *chain: bytes, anchors: tuple[bytes, ...] = ()) -> dict[str, str]:
        """Endpoint's control -> status, for what is served."""
        path = self.write(chain, anchors)[1]
        texts = [{"pem": self.made.pem(item).decode()} for item in chain]
        seen = {"host": "www.example.org", "port": 443, "protocol": "https", "versions": {"TLSv1.3": "accepted"},
                "certificates": texts}  # fmt: skip
        policy = resolve(policy="intermediate")
        (rich,) = add_certificates([seen], policy, self.now, [path])
        findings = rich["certificate_findings"]
        worst = {}
        for control, parts in {**checks.PARTS, "certificate_trust": checks.TRUST_PARTS}.items():
            mine = [item for item in findings if item["control"][12:] in parts]
            worst[control] = "fail" if checks._wrong(mine) else "pass"
        return worst

    def openssl(self, *chain: bytes, anchors: tuple[bytes, ...] = ()) -> bool:
        self.write(chain, anchors)
        asked = ["openssl", "verify", "-purpose", "sslserver", "-attime", str(int(self.now.timestamp())), "-CAfile",
                 "anchors.pem", "-untrusted", "chain.pem", "chain.pem"]  # fmt: skip
        return subprocess.run(asked, cwd=self.folder, capture_output=True, check=False).returncode == 0

    def write(self, chain: tuple[bytes, ...], anchors: tuple[bytes, ...]) -> tuple[str, str]:
        (self.folder / "chain.pem").write_bytes(self.made.pem(*chain))
        (self.folder / "anchors.pem").write_bytes(self.made.pem(*(anchors or (self.root,))))
        return str(self.folder / "chain.pem"), str(self.folder / "anchors.pem")


@pytest.fixture
def chains(handmade: Any, pki: Any, tmp_path: Path, moment: datetime.datetime) -> Chains:
    return Chains(handmade, pki, tmp_path, moment)


def test_a_plain_chain(chains: Chains) -> None:
    assert chains.openssl(chains.leaf, chains.middle) and chains.judged(chains.leaf, chains.middle) == {}
    assert set(chains.served(chains.leaf, chains.middle).values()) == {"pass"}


@pytest.mark.parametrize("issuer", ["issuing", "ISSUING", "  Issuing "])
@pytest.mark.parametrize("tag", [UTF8, PRINTABLE, 0x14])
def test_the_issuer_in_other_bytes_is_the_issuer(chains: Chains, issuer: str, tag: int) -> None:
    leaf = chains.server(issuer, chains.middle_key, tag)
    assert chains.openssl(leaf, chains.middle)
    found = chains.judged(leaf, chains.middle)
    found.pop("encoding", None)  # of a T61String
    assert found == {"chain_names": "low"}
    served = chains.served(leaf, chains.middle)
    assert served["certificate_chain"] == served["certificate_trust"] == "pass"


def test_another_name_or_another_key_is_not_the_issuer(chains: Chains) -> None:
    stranger = chains.authority("Issuing", "New Root", chains.old_key, chains.root_key)
    for leaf, above in ((chains.server("Issuing2", chains.middle_key), chains.middle), (chains.leaf, stranger)):
        assert not chains.openssl(leaf, above)
        assert chains.judged(leaf, above)["chain_complete"] == "medium"
        assert chains.served(leaf, above)["certificate_chain"] == "fail"


@pytest.mark.parametrize("times", [{}, {"begin": "20100101000000Z", "end": "20200530104838Z"}])
def test_a_cross_certificate_above_an_anchor_is_not_needed(chains: Chains, times: dict[str, str]) -> None:
    cross = chains.authority("New Root", "Old Root", chains.root_key, chains.old_key, **times)
    assert chains.openssl(chains.leaf, chains.middle, cross)
    assert chains.judged(chains.leaf, chains.middle, cross) == ({"validity": "low"} if times else {})
    assert set(chains.served(chains.leaf, chains.middle, cross).values()) == {"pass"}


def test_a_weak_cross_certificate_is_advice(chains: Chains, pki: Any) -> None:
    old = pki.authority("Old Root", private=pki.key("rsa2048", 3))
    asked = {"old.pem": pki.pem(*old), "root.key": pki.private(chains.root_key), "ext": b"basicConstraints=critical,CA:TRUE\n"}
    for name, content in asked.items():
        (chains.folder / name).write_bytes(content)
    command = (
        "openssl req -new -key root.key -subj '/CN=New Root' | openssl x509 -req -sha1 -days 9000 -CA old.pem -CAkey old.pem "
        "-set_serial 7 -extfile ext -outform DER"
    )
    cross = subprocess.run(command, shell=True, cwd=chains.folder, capture_output=True, check=True).stdout
    found = chains.judged(chains.leaf, chains.middle, cross)
    assert found and set(found.values()) == {"low"} and "signature_hash" in found, found
    assert set(chains.served(chains.leaf, chains.middle, cross).values()) == {"pass"}


def test_the_same_cross_certificate_is_needed_without_the_anchor(chains: Chains) -> None:
    old = chains.authority("Old Root", "Old Root", chains.old_key, chains.old_key)
    good = chains.authority("New Root", "Old Root", chains.root_key, chains.old_key)
    ended = chains.authority("New Root", "Old Root", chains.root_key, chains.old_key, begin="20100101000000Z", end="20200530104838Z")
    assert chains.openssl(chains.leaf, chains.middle, good, anchors=(old,))
    assert chains.judged(chains.leaf, chains.middle, good, anchors=(old,)) == {}
    assert not chains.openssl(chains.leaf, chains.middle, ended, anchors=(old,))
    assert chains.judged(chains.leaf, chains.middle, ended, anchors=(old,))["validity"] == "critical"
    both = (chains.leaf, chains.middle, ended, good)  # OpenSSL takes the one that is valid
    assert chains.openssl(*both, anchors=(old,))
    assert set(chains.judged(*both, anchors=(old,)).values()) == {"low"}


def test_an_anchor_that_has_ended_is_none(chains: Chains) -> None:
    ended = chains.authority("New Root", "New Root", chains.root_key, chains.root_key, begin="20100101000000Z", end="20200530104838Z")
    assert not chains.openssl(chains.leaf, chains.middle, anchors=(ended,))
    assert chains.judged(chains.leaf, chains.middle, anchors=(ended,)) == {"trust_anchor": "medium"}
    assert chains.served(chains.leaf, chains.middle, anchors=(ended,))["certificate_trust"] == "fail"
    assert chains.openssl(chains.leaf, chains.middle, anchors=(ended, chains.root))
    assert chains.judged(chains.leaf, chains.middle, anchors=(ended, chains.root)) == {}


def test_surplus_and_repeated_certificates_are_advice(chains: Chains) -> None:
    stranger = chains.authority("Stranger", "Stranger", chains.old_key, chains.old_key, end="20261102000000Z")
    for chain in ((chains.leaf, chains.middle, stranger), (chains.leaf, chains.middle, chains.middle)):
        assert chains.openssl(*chain)
        found = chains.judged(*chain)
        assert found["chain_order"] == "low" and set(found.values()) == {"low"}
        assert set(chains.served(*chain).values()) == {"pass"}


def test_a_wrong_order_fails_and_caps_no_grade(chains: Chains) -> None:
    lower_key = chains.pki.key("ec", 14)
    lower = chains.authority("Lower", "Issuing", lower_key, chains.middle_key)
    leaf = chains.server("Lower", lower_key)
    assert chains.openssl(leaf, chains.middle, lower)
    assert chains.judged(leaf, chains.middle, lower) == {"chain_order": "medium"}
    assert chains.judged(leaf, lower, chains.middle) == {}


def test_path_lengths_count(chains: Chains) -> None:
    lower_key = chains.pki.key("ec", 14)
    for length, good in ((0, False), (1, True), (None, True)):
        middle = chains.authority("Issuing", "New Root", chains.middle_key, chains.root_key)
        root = chains.authority("New Root", "New Root", chains.root_key, chains.root_key, length)
        lower = chains.authority("Lower", "Issuing", lower_key, chains.middle_key)
        leaf = chains.server("Lower", lower_key)
        # a path length of 1 at the root leaves room for one authority between it and the last one
        if length == 1:
            middle, lower, leaf = chains.middle, b"", chains.leaf
        served = tuple(item for item in (leaf, lower, middle) if item)
        assert chains.openssl(*served, anchors=(root,)) is good
        assert ("basic_constraints" in chains.judged(*served, anchors=(root,))) is not good


def test_name_constraints_count_for_an_endpoint(chains: Chains) -> None:
    tree = chains.made.sequence(chains.made.tagged(0x82, b"example.com"))
    constraint = chains.made.extension("2.5.29.30", chains.made.sequence(chains.made.tagged(0xA0, tree)), True)
    middle = chains.made.certificate(
        chains.made.common("Issuing"), chains.made.common("New Root"), chains.middle_key, chains.root_key,
        (*chains.made.authority_extensions(), constraint),
    )  # fmt: skip
    assert not chains.openssl(chains.leaf, middle)
    assert chains.judged(chains.leaf, middle) == {"name_constraints": "high"}
    assert chains.served(chains.leaf, middle)["certificate_trust"] == "fail"


def test_an_anchor_behind_many_of_its_name_is_still_checked(chains: Chains) -> None:
    """An anchor's name alone is no trust: who serves twenty authorities of that name gains nothing."""
    forger = chains.pki.key("ec", 15)
    forged = [chains.authority("New Root", "New Root", forger, forger, serial=number) for number in range(1, 21)]
    leaf = chains.server("New Root", chains.old_key)
    assert not chains.openssl(leaf, *forged)
    assert chains.served(leaf, *forged)["certificate_chain"] == "fail"
    # the real one is found behind them
    real = chains.server("New Root", chains.root_key)
    assert chains.openssl(real, *forged)
    assert "trust_anchor" not in chains.judged(real, *forged) and "chain_complete" not in chains.judged(real, *forged)


def test_a_signature_of_an_unknown_algorithm_is_no_trust(chains: Chains) -> None:
    known = bytes.fromhex("300a06082a8648ce3d040302")
    leaf = chains.server("New Root", chains.root_key)
    assert leaf.count(known) == 2
    odd = leaf.replace(known, chains.made.sequence(chains.made.oid("1.2.840.10045.4.9.2")))  # of the same length
    assert len(odd) == len(leaf)
    paths = chains.write((odd,), ())
    request = Request(paths=[paths[0]], names=["www.example.org"], policy="intermediate", trust_anchors=[paths[1]])
    (trust,) = [item for item in check(request, chains.now)["findings"] if item["control"] == "certificate.trust_anchor"]
    assert trust["status"] == "unprobed" and "could not be checked" in trust["sentence"]
