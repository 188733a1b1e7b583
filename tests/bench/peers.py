# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every contestant: how it is called for the same finding set, and what it says was accepted.

Finding set: versions, suites of each version, order or preference where the tool has it, groups.  What else
a tool does by default (certificate, flaws, client simulation) is switched off where it can be.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import bed

Found = dict[str, set[str]]
"""Version to IANA names of accepted suites; versions with none are left out."""
VERSIONS = {"tls1": "TLSv1", "tls1_1": "TLSv1.1", "tls1_2": "TLSv1.2", "tls1_3": "TLSv1.3"}
SSLYZE = bed.ROOT / ".cache" / "venv" / "peers" / "bin"


class Peer(NamedTuple):
    """A contestant.  ``command`` takes the shape and addresses; ``read`` takes what it printed."""

    command: Callable[[str, Sequence[str]], list[str]]
    read: Callable[[str], Found]
    version: Callable[[], str]


def protocol(shape: str) -> str:
    """The protocol of a shape, as we name it."""
    return "smtp" if shape == "smtp" else "https"


def ours(depth: str, parts: str = "suites,groups") -> Peer:
    """The engine at a depth."""
    def command(shape: str, addresses: Sequence[str]) -> list[str]:
        look = str(Path(__file__).with_name("look.py"))
        return [sys.executable, look, depth, parts, protocol(shape), str(bed.PORTS[shape]), *addresses]

    def read(text: str) -> Found:
        return {version: set(names) for version, names in ast.literal_eval(text.partition(" ")[2].splitlines()[0]).items()}

    return Peer(command, read, lambda: "this checkout")


def _sslyze(shape: str, addresses: Sequence[str]) -> list[str]:
    scans = ["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--elliptic_curves"]
    words = ["--starttls=smtp"] if shape == "smtp" else []
    return [str(SSLYZE / "sslyze"), *scans, *words, "--json_out=-", *((
        f"{each}:{bed.PORTS[shape]}") for each in addresses)]


def _read_sslyze(text: str) -> Found:
    scans = json.loads(text[text.index("{"):])["server_scan_results"][0]["scan_result"]
    found: Found = {}
    for key, version in (("ssl_3_0", "SSLv3"), ("tls_1_0", "TLSv1"), ("tls_1_1", "TLSv1.1"), ("tls_1_2", "TLSv1.2"), ("tls_1_3", "TLSv1.3")):
        result = scans[f"{key}_cipher_suites"]["result"] or {"accepted_cipher_suites": []}
        found[version] = {row["cipher_suite"]["name"] for row in result["accepted_cipher_suites"]}
    return found


def _nmap(shape: str, addresses: Sequence[str]) -> list[str]:
    # The plus runs the script on a port whose number does not say TLS.
    return ["nmap", "--unprivileged", "-sT", "-Pn", "-n", "-p", str(bed.PORTS[shape]), "--script", "+ssl-enum-ciphers", "-oX", "-", *addresses]


def _read_nmap(text: str) -> Found:
    found: Found = {}
    script = next(ET.fromstring(text[text.index("<?xml"):]).iter("script"), None)
    for table in script.findall("table") if script is not None else []:
        version = (table.get("key") or "").replace("TLSv1.0", "TLSv1")
        found[version] = {(element.text or "").replace("AKE_WITH_", "") for element in table.iter("elem")
                          if element.get("key") == "name"}
    return found


def _sslscan(shape: str, addresses: Sequence[str]) -> list[str]:
    off = ["--no-fallback", "--no-renegotiation", "--no-compression", "--no-heartbleed", "--no-check-certificate"]
    words = ["--starttls-smtp"] if shape == "smtp" else []
    if len(addresses) == 1:
        return ["sslscan", "--xml=-", *off, *words, f"{addresses[0]}:{bed.PORTS[shape]}"]
    listing = bed.CACHE / "targets"
    listing.write_text("".join(f"{each}:{bed.PORTS[shape]}\n" for each in addresses))
    return ["sslscan", "--xml=-", *off, *words, f"--targets={listing}"]


def _read_sslscan(text: str) -> Found:
    found: Found = {}
    for cipher in ET.fromstring(text[text.index("<?xml"):]).iter("cipher"):
        version = (cipher.get("sslversion") or "").replace("TLSv1.0", "TLSv1")
        found.setdefault(version, set()).add(_iana().get(cipher.get("cipher") or "", cipher.get("cipher") or ""))
    return found


def _testssl(shape: str, addresses: Sequence[str]) -> list[str]:
    words = ["--starttls", "smtp"] if shape == "smtp" else []
    return ["env", (
        "TESTSSL_INSTALL_DIR="
        f"{bed.TREE}/etc/testssl"), str(bed.TREE / "usr/bin/testssl"), "--quiet", "--color", "0", "--warnings", "off",
            "--mapping", "iana", "-p", "-P", "-f", *words, f"{addresses[0]}:{bed.PORTS[shape]}"]


def _read_testssl(text: str) -> Found:
    found: Found = {}
    version = ""
    for line in text.partition("Testing server's cipher preferences")[2].partition("Testing robust forward")[0].splitlines():
        heading = re.match(r"(SSLv2|SSLv3|TLSv1(?:\.\d)?)\b", line.strip())
        if heading:
            version = heading.group(1)
        names = re.findall(r"\b((?:TLS|SSL)_[A-Z0-9_]+)\b", line)
        if version and names:
            found.setdefault(version, set()).update(names)
    return found


def _word(command: list[str], pattern: str) -> Callable[[], str]:
    def version() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        hit = re.search(pattern, done.stdout + done.stderr)
        return hit.group(1) if hit else "unknown"

    return version


PEERS = {
    "sslyze": Peer(_sslyze, _read_sslyze, _word([str(SSLYZE / "pip"), "show", "sslyze"], r"Version: (\S+)")),
    "nmap": Peer(_nmap, _read_nmap, _word(["nmap", "--version"], r"version (\S+)")),
    "sslscan": Peer(_sslscan, _read_sslscan, _word(["sslscan", "--version"], r"(\d+\.\d+\.\d+)")),
    "testssl": Peer(_testssl, _read_testssl, _word(["grep", "-m1", "declare -r VERSION=", str(bed.TREE / "usr/bin/testssl")], r'"(\S+)"')),
}


# -- ground truth --------------------------------------------------------------------------


_names: dict[str, str] = {}


def _iana() -> dict[str, str]:
    """OpenSSL's name of a suite to IANA's, by the openssl command itself."""
    if not _names:
        listing = subprocess.run(["openssl", "ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
                                 capture_output=True, text=True, check=True).stdout
        for line in listing.splitlines():
            iana, _dash, name, *_rest = line.split()
            _names[name] = iana
    return _names


def truth(shape: str, where: str) -> Found:
    """One handshake of ``openssl s_client`` for each suite and version that it has."""
    openssl = shutil.which("openssl") or "openssl"
    words = ["-starttls", "smtp"] if shape == "smtp" else []

    def accepts(flag: str, name: str) -> bool:
        choose = ["-ciphersuites", name] if flag == "tls1_3" else ["-cipher", f"{name}:@SECLEVEL=0"]
        done = subprocess.run(
            [openssl, "s_client", "-connect", f"{where}:{bed.PORTS[shape]}", f"-{flag}", *choose, *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
        return done.returncode == 0 and f"Cipher is {name}" in done.stdout

    found: Found = {}
    with ThreadPoolExecutor(4) as pool:
        for flag, version in VERSIONS.items():
            modern = [name for name, iana in _iana().items() if ("_WITH_" not in iana) == (flag == "tls1_3")]
            names = [name for name in modern if not name.startswith(("PSK", "SRP")) and "-PSK-" not in name]
            answers = pool.map(accepts, [flag] * len(names), names)
            taken = {_iana()[name] for name, good in zip(names, answers, strict=True) if good}
            if taken:
                found[version] = taken
    return found


def judged(found: Found, right: Found) -> str:
    """How an answer differs from the truth: ``right``, or what is missing and what is too much."""
    words = []
    for version in sorted({*found, *right}):
        missing, extra = right.get(version, set()) - found.get(version, set()), found.get(version, set()) - right.get(version, set())
        if missing or extra:
            words.append(f"{version} -{len(missing)} +{len(extra)}")
    return ", ".join(words) or "right"
