#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How fast certificates are judged, as a ratio to one openssl process per certificate.

  bench_certificates.py [--count 1000] [--moduli 10000]

Prints seconds and ratios.  Ends with 1 where 1,000 certificates take 10 s or more,
process start included, or 10,000 moduli of 2048 bits take a minute or more.
The samples (half RSA, half EC, each with its own key) are made once and kept in .cache/bench.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".cache" / "collections"
SAMPLES = ROOT / ".cache" / "bench" / "certificates"
BATCH_GCD = "ansible_collections.intransit.tls.plugins.module_utils._core.cert.batch_gcd"
COMPARED = 100
"""Certificates that the openssl command is run on, one process each; its time is scaled up."""
CERTIFICATE_LIMIT, MODULI_LIMIT = 10.0, 60.0


def samples(count: int) -> Path:
    """Make the certificates that are missing and return their folder."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.UTC)
    for number in range(count):
        path = SAMPLES / f"{number:05d}.pem"
        if path.exists():
            continue
        key = rsa.generate_private_key(65537, 2048) if number % 2 else ec.generate_private_key(ec.SECP256R1())
        common = f"host{number}.example.org"
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=90))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(common)]), critical=False)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(key, hashes.SHA256())
        )
        path.write_bytes(made.public_bytes(Encoding.PEM))
        if number % 100 == 99:
            print(f"  {number + 1} samples made", file=sys.stderr)
    return SAMPLES


def module(folder: Path, count: int) -> float:
    """Seconds of one run of the module, from process start to its last byte of JSON."""
    paths = [str(folder / f"{number:05d}.pem") for number in range(count)]
    given = json.dumps({"ANSIBLE_MODULE_ARGS": {"paths": paths, "policy": "intermediate"}})
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ansible_collections.intransit.tls.plugins.modules.certificate_info"],
        input=given, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
    )  # fmt: skip
    seconds = time.perf_counter() - begin
    result = json.loads(done.stdout)
    if len(result["certificates"]) != count or result["parser"] == "standard library":
        sys.exit("The module did not read every certificate with the cryptography library; nothing was measured.")
    return seconds


def command(folder: Path, count: int) -> float:
    """Seconds of one openssl process per certificate that only prints it."""
    begin = time.perf_counter()
    for number in range(min(COMPARED, count)):
        path = str(folder / f"{number:05d}.pem")
        subprocess.run(["openssl", "x509", "-in", path, "-noout", "-text"], capture_output=True, check=True)
    return (time.perf_counter() - begin) * count / min(COMPARED, count)


def noise(number: int, bits: int) -> int:
    """The same number of so many bits in every run."""
    return int.from_bytes(hashlib.shake_256(str(number).encode()).digest((bits + 7) // 8), "big") >> -bits % 8


def common_factors(count: int) -> float:
    """Seconds of the batch GCD over moduli of 2048 bits, two of which share a factor."""
    sys.path.insert(0, str(COLLECTIONS))
    shared_factors = importlib.import_module(BATCH_GCD).shared_factors
    shared = (1 << 521) - 1
    # sizes are what costs: odd numbers that nobody chose take as long as products of primes do
    moduli = [noise(number, 2048) | 1 | 1 << 2047 for number in range(count - 2)]
    moduli += [shared * (noise(count + number, 1527) | 1) for number in range(2)]
    begin = time.perf_counter()
    found = shared_factors(moduli)
    seconds = time.perf_counter() - begin
    if any(found[modulus] % shared for modulus in moduli[-2:]):
        sys.exit("The batch GCD missed the factor that was planted.")
    return seconds


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--moduli", type=int, default=10000)
    options = parser.parse_args()
    folder = samples(options.count)
    ours, theirs = module(folder, options.count), command(folder, options.count)
    print(f"{options.count} certificates, certificate_info, process start included: {ours:.2f} s")
    print(f"{options.count} certificates, one 'openssl x509 -text' each (prints only):  {theirs:.2f} s")
    print(f"ratio: {ours / theirs:.2f} (below 1 is faster than openssl)")
    gcd = common_factors(options.moduli)
    print(f"{options.moduli} moduli of 2048 bits, common factors: {gcd:.1f} s")
    slow = ours * 1000 / options.count >= CERTIFICATE_LIMIT or gcd * 10000 / options.moduli >= MODULI_LIMIT
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
