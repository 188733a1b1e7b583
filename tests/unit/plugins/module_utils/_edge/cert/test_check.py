# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole way from files to findings, with real keys; each negative has a weak sample that must fail."""

from __future__ import annotations

import datetime
import json
import os
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import Request, check


def failed(result: dict[str, Any]) -> dict[str, str]:
    """control -> severity of what failed."""
    return {item["control"]: item["severity"] for item in result["findings"] if item["status"] in ("fail", "error")}


def serious(result: dict[str, Any]) -> set[str]:
    return {control for control, severity in failed(result).items() if severity not in ("low", "info")}


class Judge:
    """Judges one leaf below a root of its own, with everything in order unless told otherwise."""

    def __init__(self, pki: Any, folder: Path) -> None:
        self.pki = pki
        self.folder = folder
        self.root = pki.authority()

    def leaf(self, **changes: Any) -> dict[str, Any]:
        ask = {name: changes.pop(name) for name in ("policy", "names", "purpose", "min_days_left") if name in changes}
        private = changes.pop("key", None) or changes.pop("private", None) or self.pki.key()
        issuer = changes.pop("issuer", self.root)
        made = self.pki.certificate(private=private, issuer=issuer, **changes)
        return self.files(self.pki.pem(made, self.root[0]), self.pki.private(private), **ask)

    def files(self, chain: bytes, key: bytes | None, **ask: Any) -> dict[str, Any]:
        files = {"chain": chain, "root": self.pki.pem(self.root[0])}
        if key is not None:
            files["key"] = key
        paths = self.pki.write(self.folder, **files)
        wanted = {"policy": "intermediate", "names": ["www.example.org"], "trust_anchors": [paths["root"]], **ask}
        asked = [paths["chain"]] + ([paths["key"]] if key is not None else [])
        owner = Path(paths["chain"]).owner()
        return check(Request(paths=asked, key_owners=[owner], **wanted), self.pki.NOW)


@pytest.fixture
def judge(pki: Any, tmp_path: Path) -> Judge:
    return Judge(pki, tmp_path)


def test_a_good_one_passes(judge: Judge) -> None:
    result = judge.leaf()
    assert result["compliant"] and serious(result) == set() and result["problems"] == []
    controls = {item["control"]: item["status"] for item in result["findings"]}
    for name in ("key_size", "signature_hash", "validity", "names", "key_match", "chain_order", "trust_anchor", "key_mode"):
        assert controls[f"certificate.{name}"] == "pass", name


@pytest.mark.parametrize(
    ("changes", "control"),
    [
        ({"kind": "rsa1024"}, "key_size"),
        ({"kind": "dsa"}, "key_type"),
        ({"kind": "ed25519"}, "key_type"),
        ({"kind": "k1"}, "curve"),
        ({"begin": -100, "days": 60}, "validity"),
        ({"begin": 5}, "validity"),
        ({"begin": -55, "days": 60}, "expires_soon"),
        ({"days": 800}, "lifetime"),
        ({"sans": ["mail.example.org"]}, "names"),
        ({"sans": []}, "common_name_only"),
        ({"sans": ["www.example.org", "*.org"]}, "wildcard"),
        ({"usage": ["key_encipherment"]}, "key_usage"),
        ({"extended": [Usage.CLIENT_AUTH]}, "extended_key_usage"),
        ({"ca": True}, "basic_constraints"),
        ({"issuer": None}, "self_signed"),
        ({"policies": ["2.23.140.1.2.1"], "days": 201}, "public_lifetime"),
        ({"extra": [(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]}, "must_staple"),
    ],
)
def test_one_weakness_fails_its_control(judge: Judge, pki: Any, changes: dict[str, Any], control: str) -> None:
    kind = changes.pop("kind", None) if "kind" in changes else None
    changes = dict(changes)
    if kind:
        changes["private"] = pki.key(kind)
    result = judge.leaf(**changes)
    assert not result["compliant"]
    assert f"certificate.{control}" in serious(result), failed(result)


def test_sha1_signature(judge: Judge, pki: Any, tmp_path: Path) -> None:
    # the library no longer makes such a signature; the command still does
    paths = pki.write(tmp_path, ca=pki.pem(*judge.root), key=pki.private(pki.key()))
    asked = ["openssl", "req", "-new", "-key", paths["key"], "-subj", "/CN=www.example.org"]
    request = subprocess.run(asked, check=True, capture_output=True).stdout
    sign = ["openssl", "x509", "-req", "-sha1", "-days", "60", "-CA", paths["ca"], "-set_serial", "7"]
    leaf = subprocess.run(sign, input=request, check=True, capture_output=True).stdout
    result = judge.files(leaf + pki.pem(judge.root[0]), None)
    assert failed(result)["certificate.signature_hash"] == "high"


def test_a_hash_outside_the_policy(judge: Judge) -> None:
    result = judge.leaf(algorithm=hashes.SHA3_256)
    assert "certificate.signature_hash" in failed(result)


def test_must_staple_with_a_responder_passes(judge: Judge) -> None:
    feature = x509.TLSFeature([x509.TLSFeatureType.status_request])
    result = judge.leaf(extra=[(feature, False)], ocsp="http://ocsp.example.org/")
    assert result["compliant"] and result["certificates"][0]["ocsp_urls"] == ["http://ocsp.example.org/"]


def test_key_of_another_certificate(judge: Judge, pki: Any) -> None:
    made = pki.certificate(issuer=judge.root)
    result = judge.files(pki.pem(made, judge.root[0]), pki.private(pki.key("ec", 7)))
    assert failed(result)["certificate.key_match"] == "high"
    assert "is not the key of the certificate 'www.example.org'" in " ".join(result["problems"])


def test_key_of_another_certificate_in_one_file(judge: Judge, pki: Any) -> None:
    made = pki.certificate(issuer=judge.root)
    result = judge.files(pki.pem(pki.key("ec", 7), made, judge.root[0]), None)
    assert failed(result)["certificate.key_match"] == "high"


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_encrypted_key(judge: Judge, pki: Any, form: str) -> None:
    made = pki.certificate(issuer=judge.root)
    key = pki.private(pki.key(), form, password=b"geheim")
    result = judge.files(pki.pem(made, judge.root[0]), key)
    assert failed(result)["certificate.key_encrypted"] == "high"
    opened = judge.files(pki.pem(made, judge.root[0]), key, passphrase="geheim")
    matched = [item["status"] for item in opened["findings"] if item["control"] == "certificate.key_match"]
    assert matched == ["pass"] and not opened["compliant"]
    wrong = judge.files(pki.pem(made, judge.root[0]), key, passphrase="falsch")
    assert "certificate.readable" in failed(wrong) and "falsch" not in str(wrong) and "geheim" not in str(opened)


@pytest.mark.parametrize(("mode", "severity"), [(0o644, "critical"), (0o602, "critical"), (0o620, "medium")])
def test_key_modes(pki: Any, tmp_path: Path, mode: int, severity: str) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key()))
    os.chmod(paths["key"], mode)
    assert failed(check(Request(paths=[paths["key"]]), pki.NOW))["certificate.key_mode"] == severity


def test_group_readable_key(pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key()))
    os.chmod(paths["key"], 0o640)
    if os.geteuid() == 0:
        os.chown(paths["key"], 0, 5)
        group = Path(paths["key"]).group()
        assert failed(check(Request(paths=[paths["key"]]), pki.NOW))["certificate.key_mode"] == "high"
        meant = check(Request(paths=[paths["key"]], key_groups=[group]), pki.NOW)
        assert "certificate.key_mode" not in failed(meant)


def test_key_in_a_folder_that_all_may_write(pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key()))
    tmp_path.chmod(0o777)
    assert failed(check(Request(paths=[paths["key"]]), pki.NOW))["certificate.key_mode"] == "high"
    tmp_path.chmod(0o1777)
    assert "certificate.key_mode" not in failed(check(Request(paths=[paths["key"]]), pki.NOW))


def test_key_of_another_account(pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key()))
    result = check(Request(paths=[paths["key"]], key_owners=["nobody"]), pki.NOW)
    assert "certificate.key_owner" in failed(result)


def test_order_of_a_chain(judge: Judge, pki: Any) -> None:
    middle = pki.authority("Test intermediate", issuer=judge.root)
    leaf = pki.certificate(issuer=middle)
    key = pki.private(pki.key())
    good = judge.files(pki.pem(leaf, middle[0]), key)
    assert good["compliant"], good["problems"]
    swapped = judge.files(pki.pem(middle[0], leaf), key)
    assert failed(swapped)["certificate.chain_order"] == "high"
    mixed = judge.files(pki.pem(leaf, judge.root[0], middle[0]), key)
    assert failed(mixed)["certificate.chain_order"] == "medium"
    lonely = judge.files(pki.pem(leaf), key)
    assert failed(lonely)["certificate.chain_complete"] == "medium"
    assert "Test intermediate" in " ".join(lonely["problems"])


def test_an_issuer_of_the_same_name_with_another_key(judge: Judge, pki: Any) -> None:
    real = pki.authority("Twin", issuer=judge.root, private=pki.key("p384", 1))
    other = pki.authority("Twin", issuer=judge.root, private=pki.key("p384", 2))
    leaf = pki.certificate(issuer=real)
    result = judge.files(pki.pem(leaf, other[0]), pki.private(pki.key()))
    assert {"certificate.chain_signature", "certificate.chain_complete"} <= serious(result)


def test_a_leaf_that_signs(judge: Judge, pki: Any) -> None:
    fake = (pki.certificate("fake.example.org", private=pki.key("ec", 3), issuer=judge.root), pki.key("ec", 3))
    leaf = pki.certificate(issuer=fake)
    result = judge.files(pki.pem(leaf, fake[0], judge.root[0]), pki.private(pki.key()))
    assert failed(result)["certificate.basic_constraints"] == "high"


def test_an_expired_intermediate(judge: Judge, pki: Any) -> None:
    old = pki.authority("Old intermediate", issuer=judge.root, begin=-400, days=300)
    leaf = pki.certificate(issuer=old)
    result = judge.files(pki.pem(leaf, old[0]), pki.private(pki.key()))
    assert failed(result)["certificate.validity"] == "critical"


def test_a_root_nobody_named(judge: Judge, pki: Any, tmp_path: Path) -> None:
    other = pki.authority("Other root")
    leaf = pki.certificate(issuer=other)
    strict = judge.files(pki.pem(leaf, other[0]), pki.private(pki.key()))
    assert failed(strict)["certificate.trust_anchor"] == "medium"
    advice = judge.files(pki.pem(leaf, other[0]), pki.private(pki.key()), trust_anchors=None)
    assert failed(advice)["certificate.trust_anchor"] == "low" and advice["compliant"]


def test_a_weak_intermediate(judge: Judge, pki: Any) -> None:
    weak = pki.authority("Weak", issuer=judge.root, private=pki.key("rsa1024"))
    result = judge.files(pki.pem(pki.certificate(issuer=weak), weak[0]), pki.private(pki.key()))
    assert failed(result)["certificate.key_size"] == "high"
    fair = pki.authority("Fair", issuer=judge.root, private=pki.key("rsa2048"))
    advice = judge.files(pki.pem(pki.certificate(issuer=fair), fair[0]), pki.private(pki.key()), policy="bsi")
    assert failed(advice)["certificate.key_size"] == "low"


def test_weak_moduli_are_found_in_certificates(judge: Judge, pki: Any) -> None:
    # made by hand: three primes so that one is small, and two neighbours
    square_like = 2**1023 + 1155  # composite or not does not matter for the arithmetic below
    near = (square_like | 1) * ((square_like | 1) + 2)
    for modulus, test in ((near, "close_primes"), (65521 * (2**2031 + 5), "small_factor")):
        public = rsa.RSAPublicNumbers(65537, modulus).public_key()
        made = pki.certificate(public=public, issuer=judge.root)
        result = judge.files(pki.pem(made, judge.root[0]), None)
        weak = [item for item in result["findings"] if item["control"] == "certificate.weak_key"]
        assert any(item["status"] == "fail" and item["evidence"]["test"] in (test, "small_factor") for item in weak)
        assert not result["compliant"]


def test_shared_factor_within_one_call(judge: Judge, pki: Any) -> None:
    first, second = pki.key("rsa2048", 1).private_numbers(), pki.key("rsa2048", 2).private_numbers()
    moduli = (first.p * first.q, first.p * second.q)
    made = [
        pki.certificate((
            f"h{number}.example.org"), public=rsa.RSAPublicNumbers(65537, modulus).public_key(), issuer=judge.root)
        for number, modulus in enumerate(moduli)
    ]
    paths = pki.write(judge.folder, a=pki.pem(made[0]), b=pki.pem(made[1]))
    result = check(Request(paths=[paths["a"], paths["b"]]), pki.NOW)
    shared = [item for item in result["findings"] if item["control"] == "certificate.shared_factor"]
    assert len(shared) == 2 and {item["severity"] for item in shared} == {"critical"}


def test_block_list(judge: Judge, pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, key=pki.private(pki.key()))
    digest = check(Request(paths=[paths["key"]]), pki.NOW)["private_keys"][0]["key"]["spki_sha256"]
    listed = tmp_path / "known.txt"
    listed.write_text(f"# known keys\n{digest.upper()}  a test key\n")
    for item in (digest, str(listed)):
        result = check(Request(paths=[paths["key"]], blocklist=[item]), pki.NOW)
        assert failed(result)["certificate.weak_key"] == "critical"
    with pytest.raises(CertificateError, match="neither 64 hexadecimal digits"):
        check(Request(blocklist=["nonsense"]), pki.NOW)


def test_what_an_endpoint_serves(judge: Judge, pki: Any) -> None:
    leaf = pki.certificate(issuer=judge.root)
    served = {
        "host": "10.0.0.1", "port": 443, "protocol": "https", "server_name": "www.example.org",
        "certificates": [{"pem": pki.pem(leaf).decode()}, {"pem": pki.pem(judge.root[0]).decode()}],
    }  # fmt: skip
    root = pki.write(judge.folder, root=pki.pem(judge.root[0]))["root"]
    result = check(Request(endpoints=[served], policy="intermediate", trust_anchors=[root]), pki.NOW)
    assert result["compliant"] and result["certificates"][0]["path"] == "10.0.0.1:443/https"
    other = check(Request(endpoints=[{**served, "server_name": "mail.example.org"}], trust_anchors=[root]), pki.NOW)
    assert "certificate.names" in serious(other)
    silent = check(Request(endpoints=[{**served, "certificates": [], "error": "nobody answered"}]), pki.NOW)
    assert not silent["compliant"] and "nobody answered" in silent["problems"][0]
    with pytest.raises(CertificateError):
        check(Request(endpoints=[{"nonsense": 1}]), pki.NOW)


def test_a_decision_to_accept(judge: Judge, pki: Any) -> None:
    made = pki.certificate()
    refused = judge.files(pki.pem(made), pki.private(pki.key()))
    assert serious(refused) == {"certificate.self_signed"}
    accepted = judge.files(pki.pem(made), pki.private(pki.key()), accept=["certificate.self_signed"])
    assert accepted["compliant"]
    assert [item["status"] for item in accepted["findings"] if item["control"] == "certificate.self_signed"] == ["excepted"]
    with pytest.raises(CertificateError, match="Unknown control"):
        judge.files(pki.pem(made), None, accept=["certificate.everything"])


def test_files_that_are_not_there(pki: Any, tmp_path: Path) -> None:
    result = check(Request(paths=[str(tmp_path / "gone.pem"), str(tmp_path / "*.none")]), pki.NOW)
    assert not result["compliant"] and "No such file" in result["problems"][0]
    assert result["unmatched"] == [str(tmp_path / "*.none")]


def test_without_passes_only_what_is_wrong_is_returned(judge: Judge) -> None:
    result = judge.leaf(sans=["mail.example.org"])
    short = check(Request(paths=[str(judge.folder / "chain.pem")], names=["www.example.org"], passes=False), judge.pki.NOW)
    assert len(short["findings"]) < len(result["findings"])
    assert {item["status"] for item in short["findings"]} == {"fail"}


def test_no_private_half_gets_out(judge: Judge, pki: Any) -> None:
    private = pki.key("rsa2048", 5)
    result = str(judge.leaf(private=private, policy="intermediate"))
    numbers = private.private_numbers()
    for secret in (numbers.p, numbers.q, numbers.d):
        assert str(secret) not in result and format(secret, "x") not in result
    assert "PRIVATE KEY" not in result


def test_names_without_a_leaf(judge: Judge, pki: Any) -> None:
    result = judge.files(pki.pem(judge.root[0]), pki.private(pki.key()))
    assert "No leaf certificate" in " ".join(result["problems"])


def test_the_leaf_of_the_key_stands_first(judge: Judge, pki: Any) -> None:
    stranger = pki.certificate(private=pki.key("ec", 9), issuer=judge.root)
    leaf = pki.certificate(issuer=judge.root)
    key = pki.private(pki.key())
    assert judge.files(pki.pem(leaf, stranger), key)["compliant"]
    assert failed(judge.files(pki.pem(stranger, leaf), key))["certificate.chain_order"] == "high"


def test_a_name_outside_the_constraints_of_the_authority(judge: Judge, pki: Any) -> None:
    only = (x509.NameConstraints([x509.DNSName("example.org")], None), True)
    judge.root = pki.authority("Constrained", extra=[only])
    assert judge.leaf()["compliant"]
    result = judge.leaf(sans=["www.example.org", "www.example.com"])
    assert failed(result)["certificate.name_constraints"] == "high"
    assert "may not sign for www.example.com" in " ".join(result["problems"])


def test_a_client_certificate(judge: Judge) -> None:
    sign = {"sans": [], "extended": [Usage.CLIENT_AUTH], "names": [], "purpose": "client"}
    assert judge.leaf(**sign)["compliant"]
    assert not judge.leaf(**{**sign, "extended": [Usage.SERVER_AUTH]})["compliant"]
    assert not judge.leaf(**{**sign, "purpose": "server"})["compliant"]


def test_signatures_by_pss(judge: Judge, pki: Any, tmp_path: Path) -> None:
    paths = pki.write(tmp_path, ca=pki.pem(*pki.authority("PSS root", private=pki.key("rsa2048"))), key=pki.private(pki.key()))
    asked = ["openssl", "req", "-new", "-key", paths["key"], "-subj", "/CN=x", "-addext", "subjectAltName=DNS:www.example.org"]
    request = subprocess.run(asked, check=True, capture_output=True).stdout
    sign = ["openssl", "x509", "-req", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-days", "60", "-copy_extensions", "copy"]
    leaf = subprocess.run([*sign, "-CA", paths["ca"], "-set_serial", "7"], input=request, check=True, capture_output=True)
    (tmp_path / "leaf.pem").write_bytes(leaf.stdout)
    result = check(Request(paths=[str(tmp_path / "leaf.pem")], trust_anchors=[paths["ca"]], policy="intermediate"), pki.NOW)
    wrong = failed(result)
    assert "certificate.signature_hash" not in wrong and "certificate.chain_signature" not in wrong, wrong
    assert result["certificates"][0]["signature_algorithm"] == "RSASSA-PSS"
    assert result["certificates"][0]["signature_hash"] == "sha256"


def test_one_key_for_unrelated_names_and_in_several_files(judge: Judge, pki: Any) -> None:
    one, two = (pki.certificate(name, issuer=judge.root) for name in ("a.example.org", "b.example.net"))
    (judge.folder / "elsewhere").mkdir()
    paths = pki.write(judge.folder, one=pki.pem(one), two=pki.pem(two), key=pki.private(pki.key()))
    copy = pki.write(judge.folder / "elsewhere", key=pki.private(pki.key()))["key"]
    result = check(Request(paths=[*paths.values(), copy]), pki.NOW)
    shared = [item["sentence"] for item in result["findings"] if item["control"] == "certificate.key_shared"]
    assert len(shared) == 2 and "different names" in " ".join(shared) and "lies in 2 files" in " ".join(shared)
    renewed = pki.write(judge.folder, one=pki.pem(one), two=pki.pem(pki.certificate("a.example.org", issuer=judge.root)))
    calm = check(Request(paths=list(renewed.values())), pki.NOW)
    assert "certificate.key_shared" not in {item["control"] for item in calm["findings"]}


def test_keys_that_belong_to_nothing(judge: Judge, pki: Any) -> None:
    stray = pki.private(pki.key("ec", 8))
    leaves = {
        f"n{number}": pki.pem(pki.certificate(f"n{number}.org", private=pki.key("ec", 20 + number), issuer=judge.root))
        for number in range(2)
    }
    paths = pki.write(judge.folder, stray=stray, **leaves)
    assert failed(check(Request(paths=list(paths.values())), pki.NOW))["certificate.key_match"] == "medium"
    own = pki.write(judge.folder, stray=stray, n0=leaves["n0"], key=pki.private(pki.key("ec", 20)))
    assert failed(check(Request(paths=list(own.values())), pki.NOW))["certificate.key_match"] == "low"
    alone = check(Request(paths=[own["stray"]]), pki.NOW)
    assert [item["status"] for item in alone["findings"] if item["control"] == "certificate.key_match"] == ["unprobed"]
    root = pki.write(judge.folder, ca=pki.pem(*judge.root))["ca"]
    signer = check(Request(paths=[root]), pki.NOW)
    assert [item["status"] for item in signer["findings"] if item["control"] == "certificate.key_match"] == ["pass"]


def test_a_strong_key_alone_and_a_weak_one(judge: Judge, pki: Any) -> None:
    paths = pki.write(judge.folder, weak=pki.private(pki.key("rsa1024")), good=pki.private(pki.key("rsa2048")))
    assert failed(check(Request(paths=[paths["weak"]]), pki.NOW))["certificate.key_size"] == "high"
    assert "certificate.key_size" not in failed(check(Request(paths=[paths["good"]]), pki.NOW))
    assert failed(check(Request(paths=[paths["good"]], policy="modern"), pki.NOW))["certificate.key_type"] == "medium"


@pytest.mark.parametrize(("bits", "status"), [(1024, "fail"), (2048, "pass")])
def test_diffie_hellman_parameters(pki: Any, tmp_path: Path, bits: int, status: str) -> None:
    prime = (1 << bits) - 1
    number = b"\x00" + prime.to_bytes(bits // 8, "big")
    inside = b"\x02\x82" + len(number).to_bytes(2, "big") + number + b"\x02\x01\x02"
    text = write_armour(b"\x30\x82" + len(inside).to_bytes(2, "big") + inside, "DH PARAMETERS")
    path = pki.write(tmp_path, dh=text.encode())["dh"]
    result = check(Request(paths=[path], policy="intermediate"), pki.NOW)
    assert [item["status"] for item in result["findings"] if item["control"] == "certificate.dh_size"] == [status]


def test_damaged_and_unknown_extensions(judge: Judge, pki: Any) -> None:
    names = x509.ObjectIdentifier("2.5.29.17")
    broken = (x509.UnrecognizedExtension(names, b"\x30\x03\x82\x05x"), False)
    assert failed(judge.leaf(sans=[], extra=[broken]))["certificate.extensions"] == "high"
    unknown = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
    assert failed(judge.leaf(extra=[unknown]))["certificate.extensions"] == "medium"


def test_a_self_signed_leaf_that_somebody_trusts(judge: Judge, pki: Any) -> None:
    judge.root = (pki.certificate(), pki.key())
    result = judge.files(pki.pem(judge.root[0]), pki.private(pki.key()))
    assert result["compliant"], result["problems"]


def test_an_authority_that_may_not_sign(judge: Judge, pki: Any) -> None:
    odd = pki.authority("Odd", issuer=judge.root, usage=["crl_sign"])
    result = judge.files(pki.pem(pki.certificate(issuer=odd), odd[0]), pki.private(pki.key()))
    assert failed(result)["certificate.key_usage"] == "medium"


def test_a_public_leaf_without_revocation_is_advised(judge: Judge) -> None:
    assert failed(judge.leaf(policies=["2.23.140.1.2.1"]))["certificate.revocation"] == "low"
    assert "certificate.revocation" not in failed(judge.leaf(policies=["2.23.140.1.2.1"], days=7, begin=-1, min_days_left=1))


def test_old_authorities_in_a_store_are_only_advice(judge: Judge, pki: Any) -> None:
    old = pki.authority("Old root", begin=-4000, days=3000)
    path = pki.write(judge.folder, store=pki.pem(old[0], judge.root[0]))["store"]
    result = check(Request(paths=[path]), pki.NOW)
    assert failed(result) == {"certificate.validity": "low"} and result["compliant"]


def test_names_cannot_draw_on_the_terminal(judge: Judge) -> None:
    result = judge.leaf(common="evil\n\x1b[31mred", sans=[])
    assert not result["compliant"] and all(sentence.isprintable() for sentence in result["problems"])


DNS, URI, ADDRESS = 0x82, 0x86, 0x87


@pytest.mark.parametrize(("names", "wanted"), [
    ([(DNS, b"www.example.org ")], "www.example.org"),
    ([(DNS, b"www.example.org.")], "www.example.org"),
    ([(DNS, b"www.example.org\0.evil.test")], "www.example.org"),
    ([(DNS, b"192.0.2.7")], "192.0.2.7"),
    ([(ADDRESS, b"\0" * 10 + b"\xff\xff\xc0\x00\x02\x07")], "192.0.2.7"),
    ([(ADDRESS, b"\xc0\x00\x02\x07")], "::ffff:192.0.2.7"),
    ([(ADDRESS, b"\xc0\x00\x02\x07\x00")], "192.0.2.7"),
    ([(ADDRESS, b"\xc0\x00\x02\x07\xff\xff\xff\xff")], "192.0.2.7"),
    ([(URI, b"https://www.example.org/")], "www.example.org"),
    ([(URI, b"www.example.org")], "www.example.org"),
])
def test_a_name_that_no_client_takes_covers_nothing(judge: Judge, pki: Any, names: Any, wanted: str) -> None:
    result = judge.leaf(sans=[], common="www.example.org", extra=[pki.raw_names(*names)], names=[wanted])
    assert not result["compliant"]
    assert serious(result) & {"certificate.names", "certificate.extensions"}
    assert not [item for item in result["findings"] if item["control"] == "certificate.names" and item["status"] == "pass"]


@pytest.mark.parametrize(("names", "wanted"), [
    ([(DNS, b"WWW.example.org"), (URI, b"https://www.example.org/")], "www.example.org"),
    ([(ADDRESS, b"\xc0\x00\x02\x07")], "192.0.2.7"),
    ([(ADDRESS, b"\0" * 10 + b"\xff\xff\xc0\x00\x02\x07")], "::ffff:192.0.2.7"),
    ([(DNS, b"xn--strae-oqa.example")], "straße.example"),
])
def test_the_same_written_well(judge: Judge, pki: Any, names: Any, wanted: str) -> None:
    result = judge.leaf(sans=[], common="www.example.org", extra=[pki.raw_names(*names)], names=[wanted])
    assert result["compliant"], result["problems"]


def test_the_reason_is_said(judge: Judge, pki: Any) -> None:
    result = judge.leaf(sans=[], extra=[pki.raw_names((DNS, b"www.example.org "))])
    assert any("'www.example.org ': it has the character ' '" in sentence for sentence in result["problems"])


def test_an_underscore_is_said_and_no_more(judge: Judge) -> None:
    result = judge.leaf(sans=["my_host.example.org"], names=["my_host.example.org"])
    assert failed(result)["certificate.names"] == "low" and result["compliant"]
    assert any("Java" in item["sentence"] for item in result["findings"])


def test_numbers_that_python_refuses_to_write(handmade: Any, pki: Any, tmp_path: Path, moment: datetime.datetime) -> None:
    """An exponent of 20,000 bits, even, odd or negative; a serial number and a modulus as large."""
    modulus = pki.key("rsa2048").public_key().public_numbers().n
    huge = 2**20000
    for exponent, severity in ((huge, "critical"), (huge + 1, "medium"), (-huge - 1, "critical"), (2**300 + 1, "medium"), (2**64 + 1, None)):
        numbers = handmade.sequence(handmade.integer(modulus), handmade.integer(exponent))
        rsa_key = handmade.sequence(handmade.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
        spki = handmade.sequence(rsa_key, handmade.tagged(0x03, b"\0" + numbers))
        name = handmade.common("www.example.org")
        (tmp_path / "one.pem").write_bytes(handmade.pem(handmade.certificate(
            name, handmade.common("x"), pki.key(), pki.key(), (handmade.names(),), spki=spki, serial=huge)))  # fmt: skip
        result = check(Request(paths=[str(tmp_path / "one.pem")]), moment)
        json.dumps(result)
        (key,) = [item["key"] for item in result["certificates"]]
        assert key["exponent"] is None and key["exponent_bits"] == exponent.bit_length() and int(key["exponent_hex"], 16) == exponent
        assert failed(result).get("certificate.exponent") == severity
        assert len(result["certificates"][0]["serial"]) == 5001
    numbers = handmade.sequence(handmade.integer(huge + 1), handmade.integer(65537))
    spki = handmade.sequence(rsa_key, handmade.tagged(0x03, b"\0" + numbers))
    odd = handmade.certificate(name, name, pki.key(), pki.key(), handmade.authority_extensions(huge), spki=spki)
    (tmp_path / "one.pem").write_bytes(handmade.pem(odd))
    json.dumps(check(Request(paths=[str(tmp_path / "one.pem")]), moment))


def test_odd_certificates_that_every_daemon_takes(handmade: Any, pki: Any, tmp_path: Path, moment: datetime.datetime) -> None:
    signer = pki.key("ec", 21)
    above = handmade.common("Tests")
    (tmp_path / "root.pem").write_bytes(
        handmade.pem(handmade.certificate(above, above, signer, signer, handmade.authority_extensions()))
    )
    common = ("2.5.4.3", 0x0C, b"www.example.org")
    long_oid = handmade.extension("2.25.340282366920938463463374607431768211455", b"\x05\x00")
    plain = handmade.name(common)
    for subject, version, extra, said in (
        (handmade.name(("2.5.4.10", 0x14, b"M\xfcller"), common), 2, (), "O is a T61String"),
        (handmade.name(("2.5.4.10", 0x13, b"M\xfcller"), common), 2, (), "O is a PrintableString with a byte above 127"),
        (plain, 3, (), "its version is 4, not 3"),
        (plain, 2, (long_oid,), None),
        (plain, 2, (handmade.extension("2.5.29.32", b"\x30\x05\x02"),), "certificatePolicies"),
    ):
        encoded = handmade.certificate(
            subject, above, pki.key(), signer, (*handmade.leaf_extensions(), handmade.names(), *extra), version=version
        )
        chain = tmp_path / "chain.pem"
        chain.write_bytes(handmade.pem(encoded))
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(chain)
        asked = Request(paths=[str(chain)], names=["www.example.org"], policy="intermediate", trust_anchors=[str(tmp_path / "root.pem")])
        result = check(asked, moment)
        assert result["compliant"] and result["certificates"][0]["dns_names"] == ["www.example.org"]
        sentences = [item["sentence"] for item in result["findings"] if item["status"] == "fail"]
        assert len(sentences) == (said is not None) and all(str(said) in sentence for sentence in sentences), sentences


def test_alternative_names_that_cannot_be_read(handmade: Any, pki: Any, tmp_path: Path, moment: datetime.datetime) -> None:
    name = handmade.common("www.example.org")
    odd = handmade.certificate(name, handmade.common("x"), pki.key(), pki.key(), (handmade.extension("2.5.29.17", b"\x30\x05\x02"),))
    (tmp_path / "one.pem").write_bytes(handmade.pem(odd))
    result = check(Request(paths=[str(tmp_path / "one.pem")], names=["www.example.org"]), moment)
    found = failed(result)
    assert found["certificate.extensions"] == found["certificate.names"] == "high"
    assert "certificate.common_name_only" not in found


def test_a_spelled_out_curve_fails_with_any_library(judge: Judge, pki: Any) -> None:
    sec1 = subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit"], capture_output=True, check=True
    ).stdout
    (judge.folder / "explicit.key").write_bytes(sec1)
    asked = ["openssl", "req", "-x509", "-new", "-key", str(judge.folder / "explicit.key"), "-subj", "/CN=www.example.org", "-days", "9"]
    made = subprocess.run(asked, capture_output=True, check=True).stdout
    result = judge.files(made, sec1)
    assert failed(result)["certificate.curve"] == "high" and "certificate.key_match" not in failed(result)
    alone = judge.files(pki.pem(judge.root[0]), sec1, names=[])
    assert failed(alone)["certificate.curve"] == "high"
    assert result["certificates"][0]["key"]["curve"] == "explicit"
