# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Served certificates are read once, judged by the certificate judge, and the store is not walked for each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse as certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLICY = resolve(policy="intermediate")


def sample():
    return json.loads((DATA / "https_good.json").read_text(encoding="utf-8"))


def test_facts_stand_beside_what_the_wire_gave():
    seen = add_certificates([sample()], POLICY, NOW)[0]
    leaf = seen["certificates"][0]
    assert leaf["pem"] == sample()["certificates"][0]["pem"]
    assert leaf["dns_names"] == ["www.example.test"] and leaf["key"]["curve"] == "secp256r1"
    assert {item["control"] for item in seen["certificate_findings"]} >= {"certificate.validity", "certificate.names"}


def test_the_observation_itself_stays_as_it_was():
    given = sample()
    add_certificates([given], POLICY, NOW)
    assert given == sample()


def test_named_anchors_decide_and_must_be_readable():
    def status(anchors):
        found = add_certificates([sample()], POLICY, NOW, anchors=anchors)[0]["certificate_findings"]
        return {item["control"]: (item["status"], item["severity"]) for item in found}["certificate.trust_anchor"]

    assert status([str(DATA / "ca.pem")])[0] == "pass"
    assert status([])[1] == "low"
    with pytest.raises(CertificateError):
        add_certificates([sample()], POLICY, NOW, anchors=["/nowhere.pem"])


def test_a_private_root_judges_only_what_names_it(pki, tmp_path):
    """With the file of a private root and without it: the same verdict of another authority's certificate."""
    root, key = pki.authority("Private root")
    forger, forged_key = pki.authority("Private root", private=pki.key("p384", 7))
    public, public_key = pki.authority("Public root")
    private = [pki.write(tmp_path, private=pki.pem(root))["private"]]

    def found(issuer, issuer_key, private):
        leaf = pki.certificate("www.example.test", issuer=(issuer, issuer_key), sans=["www.example.test"])
        served = {**sample()["certificates"][0], "pem": pki.pem(leaf).decode()}
        seen = add_certificates([{**sample(), "certificates": [served]}], POLICY, pki.NOW, private=private)[0]
        wrong = {item["control"] for item in seen["certificate_findings"]
                 if item["status"] == "fail" and item["severity"] in ("high", "critical")}
        return seen["anchors_named"], {"certificate.trust_anchor", "certificate.chain_signature"} & wrong

    assert found(public, public_key, private) == found(public, public_key, [])
    assert found(public, public_key, private)[0] is False
    assert found(root, key, private) == (True, set())
    # Who only bears the name of the private root is judged by its key.
    assert found(forger, forged_key, private)[1] != set()


def test_a_short_lived_certificate_is_not_called_old_from_its_first_day():
    def soon(now, days):
        found = add_certificates([sample()], POLICY, now, expiry_days=days)[0]["certificate_findings"]
        return {item["control"]: item["status"] for item in found}["certificate.expires_soon"]

    assert soon(NOW, 60) == "pass"
    assert soon(datetime(2027, 1, 5, tzinfo=UTC), 60) == "fail"


@pytest.mark.parametrize("pem", ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\x00" * 64])
def test_hostile_certificates_are_findings_and_no_traceback(pem):
    given = sample()
    given["certificates"] = [{"position": 0, "pem": pem, "sha256": "00"}]
    seen = add_certificates([given], POLICY, NOW)[0]
    problems = [item["status"] for item in seen.get("certificate_findings") or [] if "readable" in item["control"]]
    assert problems == ([] if not pem else ["error"])


def test_without_the_library_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(certificates, "is_available", lambda: False)
    seen = add_certificates([sample()], POLICY, NOW)[0]
    assert seen == sample()


def test_chains_for_other_kinds_of_key_are_judged_too():
    given = sample()
    other = json.loads((DATA / "submission_good.json").read_text(encoding="utf-8"))["certificates"]
    given["certificates_by_type"] = {"ecdsa": given["certificates"], "rsa": other}
    seen = add_certificates([given], POLICY, NOW, anchors=[str(DATA / "ca.pem")])[0]
    assert seen["certificates_by_type"]["rsa"][0]["dns_names"] == ["mail.example.test"]
    wrong = [item for item in seen["certificate_findings"] if item["control"] == "certificate.names" and
             item["status"] == "fail"]
    assert len(wrong) == 1 and "mail.example.test" in wrong[0]["sentence"]


def test_one_endpoint_takes_no_other_away(handmade, pki):
    """A public exponent of 20,000 bits, and an observation of no shape at all, beside a good endpoint."""
    modulus = pki.key("rsa2048").public_key().public_numbers().n
    numbers = handmade.sequence(handmade.integer(modulus), handmade.integer(2**20000))
    algorithm = handmade.sequence(handmade.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
    spki = handmade.sequence(algorithm, handmade.tagged(0x03, b"\0" + numbers))
    name = handmade.common("www.example.test")
    hostile = sample()
    encoded = handmade.certificate(name, name, pki.key(), pki.key(), (handmade.names(),), spki=spki)
    hostile["certificates"] = [{"position": 0, "pem": handmade.pem(encoded).decode(), "sha256": sha256(encoded).hexdigest()}]
    shapeless = {**sample(), "certificates_by_type": {"rsa": "nonsense"}}
    judged = add_certificates([hostile, shapeless, sample()], POLICY, NOW)
    json.dumps(judged)
    found = [{item["control"]: item["status"] for item in seen["certificate_findings"]} for seen in judged]
    assert found[0]["certificate.exponent"] == "fail" and judged[0]["certificates"][0]["key"]["exponent"] is None
    assert found[1] == {"certificate.readable": "error"}
    assert "certificate.readable" not in found[2] and found[2]["certificate.validity"] == "pass"


@pytest.mark.parametrize("names", [
    [f"host{number:05}.example.test" for number in range(6000)],
    [f"host{number:05}.*.example.test" for number in range(6000)],
    ["a" * 150_000 + ".example.test"],
], ids=["many", "many bad wildcards", "one long"])
def test_a_record_does_not_grow_with_the_names_of_a_certificate(names, pki):
    """All names are judged, whatever of them is kept: the one that is asked for is the last."""
    private, sent = pki.key("ec"), [*names, "www.example.test"]
    made = pki.certificate("www.example.test", private=private, sans=sent)
    text = pki.pem(made)
    text = text.decode() if isinstance(text, bytes) else text
    given = {**sample(), "certificates": [{"position": 0, "pem": text, "sha256": made.fingerprint(hashes.SHA256()).hex()}]}
    seen = add_certificates([given], POLICY, pki.NOW)[0]
    leaf = seen["certificates"][0]
    covers = next(item for item in seen["certificate_findings"] if item["control"] == "certificate.names")
    assert covers["status"] == "pass"
    assert leaf.get("dns_names_total", len(leaf["dns_names"])) == len(sent)
    assert len(json.dumps(seen)) - len(text) < 150_000
