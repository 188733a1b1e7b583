# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an attempt is: a control, a trick by which it could pass wrongly, a server that plays it, and its healthy twin.

Every row goes through the real engine, certificate judge and verdict.  The weak server must not get a
pass; the healthy one must, so that no attempt succeeds because nothing was asked at all.
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pki_of_unit_tests as pki
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from servers import Keys

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import Finding, judge
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

Serve = Callable[[Keys], AbstractContextManager[int]]
"""Makes a server with the key material of the run; yields its port."""


@dataclass(frozen=True)
class Attempt:
    """One way to pass wrongly."""

    control: str
    trick: str
    """What the weak server does, as docs/false-passes.md says it."""
    weak: Serve
    healthy: Serve
    protocol: str
    policy: Any = "intermediate"
    depth: str = "policy"
    options: dict[str, Any] = field(default_factory=dict)
    """Of ``observe`` those that begin with ``observe_``; ``endpoint``: keys of the endpoint; ``weak_endpoint``: those
    for the weak server."""


ATTEMPTS: list[Attempt] = []
DH_1024 = """\
-----BEGIN DH PARAMETERS-----
MIGHAoGBAPRKtNLujYPHUzntZBZ/rb9aVxWaJtgA0sJr+C+BSdRH2KSbnQpnmpYR
SP9SH6AvL6B82IoE4qBzGl53PDmU24LWTItiQUGoInCkCttZvUVvpKsQBnU7phrW
XgoPjl02yNC2svUfmnIE4ZzEng8axjCTY8pVxmXiKD6+NyNIl8F3AgEC
-----END DH PARAMETERS-----
"""
"""Parameters that are too small on purpose."""


def attempt(control: str, protocol: str, healthy: Serve, trick: str, weak: Serve, **more: Any) -> None:
    """Put an attempt on the list."""
    policy, depth = more.pop("policy", "intermediate"), more.pop("depth", "policy")
    ATTEMPTS.append(Attempt(control, trick, weak, healthy, protocol, policy, depth, more))


def judged(port: int, row: Attempt, keys: Keys, weak: bool) -> dict[str, Finding]:
    """What the product says of a port: findings by control."""
    wanted = {"host": "127.0.0.1", "server_name": "localhost", "port": port, "protocol": row.protocol}
    how = {key[8:]: value for key, value in row.options.items() if key.startswith("observe_")}
    wanted.update(row.options.get("endpoint", {}))
    wanted.update(row.options.get("weak_endpoint", {}) if weak else {})
    policy = resolve(policy=row.policy)
    (seen,) = observe([wanted], policy=policy, depth=row.depth, timeout=how.pop("timeout", 5.0), **how)
    (rich,) = add_certificates([seen.to_dict()], policy, pki.NOW, anchors=[keys["root.pem"]])
    return {item.control: item for item in judge(policy, rich, now=pki.NOW, host="localhost")}


def no_pass(findings: dict[str, Finding], control: str) -> None:
    """A control that must not pass: it fails, or is left open, and something of the endpoint is red."""
    found = findings.get(control)
    assert found is None or found.status != "pass", found.sentence
    assert any(item.status in ("fail", "error", "unprobed") for item in findings.values())


def material(folder: Path) -> Keys:
    """The key material of one run: NAME.pem (a chain, leaf first) with NAME.key; root.pem is trusted."""
    made = _made()
    for name, (chain, key) in made.items():
        (folder / f"{name}.pem").write_bytes(pki.pem(*chain))
        (folder / f"{name}.chain.pem").write_bytes(pki.pem(*chain[1:]))
        (folder / f"{name}.key").write_bytes(pki.private(key))
    # The library signs nothing with SHA-1 any more; openssl does.
    (folder / "dh.pem").write_text(DH_1024)
    (folder / "middle.pem").write_bytes(pki.pem(made["rsa"][0][1]))
    (folder / "middle.key").write_bytes(pki.private(pki.key("p384", 7)))
    _signed_with_sha1(folder, "sha1", "middle", "/CN=localhost", "subjectAltName=DNS:localhost", "basicConstraints=CA:FALSE")
    _signed_with_sha1(folder, "sha1_middle", "root", "/CN=Middle", "basicConstraints=critical,CA:TRUE")
    middle = (folder / "sha1_middle.pem").read_text()
    (folder / "sha1_middle.pem").write_bytes(pki.pem(made["rsa"][0][0]))
    (folder / "sha1_middle.chain.pem").write_text(middle)
    (folder / "sha1.chain.pem").write_bytes(pki.pem(made["rsa"][0][1]))
    (folder / "ocsp.der").write_bytes(_good_answer(*made["ocsp"][0]))
    (folder / "sha1_middle.key").write_bytes(pki.private(made["rsa"][1]))
    return Keys(folder)


def _signed_with_sha1(folder: Path, name: str, issuer: str, subject: str, *extensions: str) -> None:
    """A certificate for the key of ``rsa``, or the intermediate's; its dates are the machine's and not judged."""
    key = "rsa" if name == "sha1" else "middle"
    (folder / f"{name}.key").write_bytes((folder / f"{key}.key").read_bytes())
    (folder / "req.cnf").write_text("[req]\ndistinguished_name = dn\n[dn]\n")
    subprocess.run(
        ["openssl", "req", "-config", "req.cnf", "-x509", "-new", "-key", (
            f"{key}.key"), "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key",
         "-sha1", "-subj", subject, "-out", f"{name}.pem", *(word for one in extensions for word in ("-addext", one))],
        cwd=folder, check=True, capture_output=True)


def _good_answer(leaf: Any, issuer: Any) -> bytes:
    """What an OCSP responder says of a certificate that is not revoked."""
    built = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf, issuer=issuer, algorithm=pki.hashes.SHA256(), cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=pki.NOW, next_update=None, revocation_time=None, revocation_reason=None,
    ).responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
    return built.sign(pki.key("p384", 7), pki.hashes.SHA256()).public_bytes(Encoding.DER)


@functools.cache
def _made() -> dict[str, tuple[list[Any], Any]]:
    root, middle_key = pki.authority("Root"), pki.key("p384", 7)
    middle = pki.authority("Middle", issuer=root, private=middle_key)
    old_middle = pki.authority("Old middle", issuer=root, private=middle_key, begin=-900, days=800)
    rsa, ec = pki.key("rsa2048"), pki.key("ec", 1)
    no_ca = pki.certificate("no-ca", issuer=root, private=pki.key("ec", 5))
    elsewhere = pki.x509.NameConstraints([pki.x509.DNSName("example.org")], None)
    constrained = pki.authority("Constrained", issuer=root, private=pki.key("p384", 8), extra=[(elsewhere, True)])
    # The same subject as the trusted root, another key.
    other_root = pki.authority("Root", private=pki.key("p384", 99))

    def leaf(private: Any = rsa, issuer: Any = middle, below: Any = (middle[0],), **more: Any) -> tuple[list[Any], Any]:
        made = pki.certificate("localhost", private=private, issuer=issuer, **more)
        return [made, *below], private

    def named(*items: tuple[int, bytes]) -> tuple[list[Any], Any]:
        return leaf(sans=[], extra=[pki.raw_names(*items)])

    must_staple = [(pki.x509.TLSFeature([pki.x509.TLSFeatureType.status_request]), False)]
    return {
        "root": ([root[0]], root[1]),
        "rsa": leaf(),
        "ec": leaf(ec),
        "expired": leaf(begin=-70, days=60),
        "expired_then_good": ([*leaf(begin=-70, days=60)[0], leaf()[0][0]], rsa),
        "future": leaf(begin=2),
        "ending": leaf(begin=-57, days=60),
        "expired_ec": leaf(ec, begin=-70, days=60),
        "expired_middle": leaf(issuer=old_middle, below=[old_middle[0]]),
        "other_name": leaf(sans=["other.example.org"]),
        "other_name_ec": leaf(ec, sans=["other.example.org"]),
        "common_name_only": leaf(sans=[]),
        "name_space": named((0x82, b"localhost ")),
        "name_dot": named((0x82, b"localhost.")),
        "name_nul": named((0x82, b"localhost\0.example.org")),
        "name_star": named((0x82, b"*")),
        "name_uri": named((0x86, b"https://localhost/")),
        "name_of_second": ([leaf(sans=["other.example.org"])[0][0], leaf()[0][0], middle[0]], rsa),
        "small": leaf(pki.key("rsa1024")),
        "small_middle": leaf(issuer=pki.authority("Small", issuer=root, private=pki.key("rsa1024", 1)),
                             below=[pki.authority("Small", issuer=root, private=pki.key("rsa1024", 1))[0]]),
        "long": leaf(days=1200),
        "client_only": leaf(extended=[pki.Usage.CLIENT_AUTH]),
        "any_usage": leaf(extended=[pki.Usage.ANY_EXTENDED_KEY_USAGE]),
        "an_authority": leaf(ca=True),
        "no_signing": leaf(usage=["key_encipherment"]),
        "no_middle": leaf(below=[]),
        "wrong_order": ([leaf()[0][0], root[0], middle[0]], rsa),
        "middle_first": ([middle[0], leaf()[0][0]], rsa),
        "self_signed": ([pki.certificate("localhost", private=rsa)], rsa),
        "self_signed_as_root": ([pki.certificate("Root", private=rsa, sans=["localhost"])], rsa),
        "other_root": leaf(issuer=other_root, below=[other_root[0]]),
        "below_no_ca": leaf(issuer=(no_ca, pki.key("ec", 5)), below=[no_ca]),
        "must_staple": leaf(ocsp="http://ocsp.example.org", extra=must_staple),
        "constrained": leaf(issuer=constrained, below=[constrained[0]]),
        "ocsp": leaf(ocsp="http://ocsp.example.org"),
    }
