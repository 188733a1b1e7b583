# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The TLS libraries of each release, asked through their own programs in a container of that release.

One container run answers any number of strings: they go in line by line and come back
between marks.  Nothing here knows what the right answer is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine import Engine
from images import PREFIX, RELEASES, ensure_image

ROOT = Path(__file__).resolve().parents[2]
RECIPE = Path(__file__).with_name("Containerfile")
MARK = "=== mark ==="
# One program start per string is what costs; the shell around them costs nothing.
OPENSSL = f'while IFS= read -r line; do echo "{MARK}"; openssl ciphers -s -V -stdname "$line" 2>&1; done'
OPENSSL_BOTH = (
    f'while IFS=" " read -r tls13 line; do echo "{MARK}"; '
    'openssl ciphers -s -V -stdname -ciphersuites "$tls13" "$line" 2>&1; done'
)
OPENSSL_NAMES = (
    f'while read -r option names; do echo "{MARK}"; '
    'openssl s_client "$option" "$names" -connect 127.0.0.1:1 </dev/null 2>&1; done'
)
# How many certificates each library finds in a file; OpenSSL's own word for a file that it refuses is -1.
CERTIFICATES = (
    f'while IFS= read -r line; do echo "{MARK}"; printf %s "$line" | base64 -d >/tmp/file; '
    'if openssl crl2pkcs7 -nocrl -certfile /tmp/file -out /tmp/all 2>/dev/null; '
    "then openssl pkcs7 -in /tmp/all -print_certs -noout | grep -c ^subject; else echo -1; fi; "
    "certtool -i --infile /tmp/file 2>&1 | grep -c 'X.509 Certificate Information'; done"
)
GNUTLS = f'while IFS= read -r line; do echo "{MARK}"; gnutls-cli --list --priority "$line" 2>&1; done'


@dataclass(frozen=True)
class Listing:
    """What a library said to one string."""

    code_points: list[int]
    error: str | None = None
    protocols: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Libraries:
    """OpenSSL and GnuTLS of one release."""

    release: str
    openssl_version: str
    gnutls_version: str

    def openssl(self, strings: Sequence[str]) -> list[Listing]:
        """Return what ``openssl ciphers -s`` says to each string."""
        return [_openssl_listing(answer) for answer in _answers(self.release, OPENSSL, strings)]

    def openssl_with_tls13(self, pairs: Sequence[tuple[str, str]]) -> list[Listing]:
        """The same for pairs of TLS 1.3 suites and cipher string."""
        lines = [f"{tls13} {text}" for tls13, text in pairs]
        return [_openssl_listing(answer) for answer in _answers(self.release, OPENSSL_BOTH, lines)]

    def openssl_takes(self, lists: Sequence[tuple[str, str]]) -> list[bool]:
        """Return whether OpenSSL takes each list of names; pairs of option (-groups, -sigalgs) and names."""
        lines = [f"{option} {names}" for option, names in lists]
        return ["Call to SSL_CONF_cmd" not in answer for answer in _answers(self.release, OPENSSL_NAMES, lines)]

    def certificates(self, files: Sequence[bytes]) -> list[tuple[int, int]]:
        """Return how many certificates OpenSSL (-1: refused) and GnuTLS find in each file."""
        lines = [base64.b64encode(data).decode() for data in files]
        return [_numbers(answer) for answer in _answers(self.release, CERTIFICATES, lines)]

    def judged(self, folder: Path, arguments: Sequence[str]) -> Any:
        """Return what ``judge_certificates.py`` says in this release's Python of files in ``folder``."""
        engine, image = _engine_and_image(self.release)
        answer = engine.run(
            "run", "--rm", "--network", "none", "--workdir", "/files", "--env", "PYTHONPATH=/collections",
            "--volume", f"{folder}:/files:ro", "--volume", f"{ROOT}:/collections/ansible_collections/intransit/tls:ro",
            image, "python3", "/collections/ansible_collections/intransit/tls/tests/equivalence/judge_certificates.py", *arguments,
        )  # fmt: skip
        return json.loads(answer)

    def gnutls(self, strings: Sequence[str]) -> list[Listing]:
        """Return what ``gnutls-cli --list`` says to each string."""
        return [_gnutls_listing(answer) for answer in _answers(self.release, GNUTLS, strings)]


@cache
def libraries(release: str) -> Libraries:
    """Return the libraries of a release, with the versions they report themselves."""
    openssl, gnutls = (
        _answers(release, f'while read -r x; do echo "{MARK}"; {command}; done', ["go"])[0]
        for command in ("openssl version", "gnutls-cli --version")
    )
    return Libraries(release, openssl.splitlines()[0], gnutls.splitlines()[0])


@cache
def _engine_and_image(release: str) -> tuple[Engine, str]:
    """Return the image with the programs, made from the test host's image if it is not there."""
    engine = Engine()
    base = ensure_image(engine, release)
    engine.settle(base)
    tag = hashlib.sha256((base + RECIPE.read_text()).encode()).hexdigest()[:12]
    name = f"{PREFIX}-libraries-{release}:{tag}"
    if engine.attempt("image", "exists", name).returncode != 0:
        engine.run(
            "build", "--quiet", "--pull=never", "--build-arg", f"BASE={base}", "--file", str(RECIPE), "--tag", name,
            str(RECIPE.parent),
        )
    return engine, name


def _answers(release: str, script: str, lines: Sequence[str]) -> list[str]:
    assert release in RELEASES
    engine, image = _engine_and_image(release)
    answer = engine.run(
        "run", "--rm", "--interactive", "--network", "none", image, "sh", "-c", f"{script}; echo {MARK}",
        stdin="".join(f"{line}\n" for line in lines),
    )
    parts = (answer + "\n").split(f"{MARK}\n")[1:-1]
    assert len(parts) == len(lines), f"{len(lines)} strings went in, {len(parts)} answers came out"
    return parts


def _numbers(answer: str) -> tuple[int, int]:
    openssl, gnutls = (int(word) for word in answer.split())
    return openssl, gnutls


def _openssl_listing(answer: str) -> Listing:
    found = re.findall(r"^\s*0x([0-9A-F]{2}),0x([0-9A-F]{2}) - ", answer, re.MULTILINE)
    error = next((words for words in ("invalid command", "no cipher match") if f":{words}:" in answer), None)
    assert found or error, answer
    return Listing([int(high + low, 16) for high, low in found], error)


def _gnutls_listing(answer: str) -> Listing:
    error = re.search(r"^(Syntax error at: .*|Error in priorities: .*)$", answer, re.MULTILINE)
    if error:
        return Listing([], error.group(1))
    return Listing(
        [int(high + low, 16) for high, low in re.findall(r"\t0x([0-9a-f]{2}), 0x([0-9a-f]{2})\t", answer)],
        None,
        _listed(answer, "Protocols", "VERS-"),
        _listed(answer, "Groups", "GROUP-"),
        _listed(answer, "PK-signatures", "SIGN-"),
    )


def _listed(answer: str, title: str, prefix: str) -> tuple[str, ...]:
    line = re.search(rf"^{title}: (.*)$", answer, re.MULTILINE)
    words = line.group(1).split(", ") if line else ["none"]
    return () if words == ["none"] else tuple(word.removeprefix(prefix) for word in words)
