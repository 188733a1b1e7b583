# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PEM files as people write them, read by us and by OpenSSL and GnuTLS of both releases.

What OpenSSL refuses or passes over is a problem for us, what it reads is none, and where we say that
GnuTLS reads a file all the same, it does.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from handmade import Handmade
from release_libraries import RELEASES, Libraries, libraries

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@pytest.fixture
def handmade() -> Handmade:
    return Handmade()


@pytest.fixture(params=sorted(RELEASES))
def host(request: pytest.FixtureRequest) -> Libraries:
    return libraries(request.param)


@cache
def made() -> tuple[str, str, str]:
    """Two certificates and a private key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    texts = []
    for common in ("www.example.org", "Issuing"):
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
        begin = datetime.datetime(2026, 1, 1)
        built = x509.CertificateBuilder(name, name, key.public_key(), len(texts) + 1, begin, begin.replace(year=2040))
        texts.append(built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return texts[0], texts[1], private


def rewrapped(text: str, width: int) -> str:
    head, *body, end = text.splitlines()
    joined = "".join(body)
    return "\n".join([head, *(joined[place : place + width] for place in range(0, len(joined), width)), end]) + "\n"


def files() -> dict[str, str]:
    leaf, above, key = made()
    both = leaf + above
    sealed = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"geheim")
    )
    first_row = leaf.splitlines()[1]
    return {
        "good": both,
        "crlf": both.replace("\n", "\r\n"),
        "mixed line ends": leaf.replace("\n", "\r\n") + above,
        "no last newline": both[:-1],
        "text before": "subject=CN = x\n\n" + both,
        "text between": leaf + "Bag Attributes\n    friendlyName: x\n" + above,
        "text after": both + "the end",
        "bom": "\ufeff" + both,
        "spaces at line ends": both.replace("\n", "  \n"),
        "tabs at line ends": both.replace("\n", "\t\n"),
        "lines of 76": rewrapped(leaf, 76) + above,
        "lines of 300": rewrapped(leaf, 300) + above,
        "one line": rewrapped(leaf, 5000) + above,
        "short lines": rewrapped(leaf, 10) + above,
        "indented body": leaf.replace("\n" + first_row, "\n  " + first_row) + above,
        "empty line first": leaf.replace("-----\n", "-----\n\n", 1) + above,
        "empty line last": leaf.replace("\n-----END", "\n\n-----END") + above,
        "empty line in the middle": leaf.replace(first_row + "\n", first_row + "\n\n") + above,
        "two empty lines first": leaf.replace("-----\n", "-----\n\n\n", 1) + above,
        "empty line first, lines of 76": rewrapped(leaf, 76).replace("-----\n", "-----\n\n", 1) + above,
        "x509 label": both.replace("CERTIFICATE", "X509 CERTIFICATE"),
        "trusted label": leaf.replace("CERTIFICATE", "TRUSTED CERTIFICATE") + above,
        "joined": leaf[:-1] + above,
        "indented": "".join(f"  {line}\n" for line in leaf.splitlines()) + above,
        "indented begin": " " + both,
        "indented end": leaf.replace("-----END", " -----END") + above,
        "lower case": both.replace("CERTIFICATE", "certificate"),
        "lower case begin": both.replace("BEGIN", "begin").replace("END", "end"),
        "four dashes": both.replace("-----BEGIN", "----BEGIN"),
        "four dashes at the end": both.replace("CERTIFICATE-----", "CERTIFICATE----"),
        "four dashes of one end": leaf.replace("-----END CERTIFICATE-----", "-----END CERTIFICATE----") + above,
        "comment behind begin": leaf.replace("-----\n", "----- # ours\n", 1) + above,
        "comment behind end": leaf[:-1] + " # ours\n" + above,
        "other label at the end": leaf.replace("END CERT", "END X509 CERT") + above,
        "a letter lost at the end": re.sub(".\n-----END", "\n-----END", leaf) + above,
        "too much padding": leaf.replace("\n-----END", "==\n-----END") + above,
        "a letter lost": leaf.replace(first_row, first_row[1:]) + above,
        "a foreign letter": leaf.replace(first_row, first_row[:-1] + "\u00e4") + above,
        "quoted mail": "".join(f"> {line}\n" for line in both.splitlines()),
        "header": leaf.replace("-----\n", "-----\nComment: x\n\n", 1) + above,
        "old mac": both.replace("\n", "\r"),
        "not ended": leaf.replace("-----END CERTIFICATE-----\n", "") + above,
        "cut": both[:-40],
        "twice": leaf + leaf,
        "key first": key + both,
        "key last": both + key,
        "encrypted key last": both + sealed.decode(),
        "a damaged key last": both + key.replace("\n", "\n\n"),
    }


def test_pem_as_openssl_and_gnutls_read_it(host: Libraries) -> None:
    variants = files()
    answers = host.certificates([text.encode() for text in variants.values()])
    wrong, refused = [], 0
    for (name, text), (openssl, gnutls) in zip(variants.items(), answers, strict=True):
        found = pem.split_blocks(text.encode())
        problems = [block.problem for block in found if block.problem]
        material = Reader().content(text.encode(), "/x")
        whole = not material.problems and len(material.certificates) == 2
        refused += not whole
        if whole != (openssl == 2):
            wrong.append(f"{name}: OpenSSL {openssl}, we {len(material.certificates)}, {material.problems}")
        if any(re.search("GnuTLS .* reads", problem) for problem in problems) and gnutls < 2:
            wrong.append(f"{name}: GnuTLS reads {gnutls}, and we say that it reads it")
        if whole and gnutls < 2 and not material.cautions:
            wrong.append(f"{name}: GnuTLS reads {gnutls}, and we do not say so")
    assert wrong == [] and refused >= 20


def test_the_verdict_does_not_depend_on_the_library(host: Libraries, tmp_path: Path, handmade: Handmade) -> None:
    """Python's cryptography of each release (38 and 43) and the one that runs this say the same of odd certificates."""
    odd = odd_files(handmade)
    for name, content in odd.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o644)
    names = [name for name in odd if name != "anchors.pem"]
    moment = "2026-11-22T00:00:00+00:00"
    theirs = host.judged(tmp_path, [moment, "anchors.pem", *names])
    command = [sys.executable, str(HERE / "judge_certificates.py"), moment, "anchors.pem", *names]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / ".cache" / "collections")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    ours = json.loads(done.stdout)
    assert theirs["parser"] != ours["parser"]
    for name, left, right in zip(names, theirs["results"], ours["results"], strict=True):
        assert left == right, name


def odd_files(handmade: Handmade) -> dict[str, bytes]:
    """Each a leaf that one or another release of the library refuses or reads in its own way."""
    key, signer = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    above, plain = handmade.common("Tests"), handmade.common("www.example.org")
    long_oid = "2.25.340282366920938463463374607431768211455"
    access = handmade.sequence(handmade.sequence(handmade.oid(long_oid), handmade.tagged(0x86, b"http://a/")))
    damaged = b"\x30\x05\x02"
    found = {"anchors.pem": handmade.certificate(above, above, signer, signer, handmade.authority_extensions())}
    explicit = _explicit_spki()
    for name, subject, extras, more in (
        ("plain", plain, (), {}),
        ("t61", handmade.name(("2.5.4.10", 0x14, b"M\xfcller"), ("2.5.4.3", 0x0C, b"www.example.org")), (), {}),
        ("printable", handmade.name(("2.5.4.10", 0x13, b"M\xfcller")), (), {}),
        ("v4", plain, (), {"version": 3}),
        ("oid", plain, (handmade.extension(long_oid, b"\x05\x00"),), {}),
        ("access", plain, (handmade.extension("1.3.6.1.5.5.7.1.1", access),), {}),
        ("policy", plain, (handmade.extension("2.5.29.32", damaged),), {}),
        ("usage", plain, (handmade.extension("2.5.29.30", damaged),), {}),
        ("serial", plain, (), {"serial": -(2**400)}),
        ("explicit", plain, (), {"spki": explicit}),
        ("other-case", plain, (), {"issuer": handmade.common("TESTS", 0x13)}),
    ):
        issuer = more.pop("issuer", above)
        extensions = (*handmade.leaf_extensions(), handmade.names(), *extras)
        found[name + ".pem"] = handmade.certificate(subject, issuer, key, signer, extensions, **more)
    return {name: handmade.pem(encoded) for name, encoded in found.items()}


def _explicit_spki() -> bytes:
    make = "openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit | openssl ec -pubout -outform DER -param_enc explicit"
    return subprocess.run(make, shell=True, capture_output=True, check=True).stdout
