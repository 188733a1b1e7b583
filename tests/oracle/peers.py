# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Other scanners, asked for the same facts: what each prints, as findings.

testssl.sh, sslscan and nmap are Debian's and run on the host of the newest release; sslyze comes
from PyPI and runs here.  A scanner that says nothing about a thing has None there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from daemons import LATEST, Hosts, Target
from ours import NAME, VERSIONS, Findings, group_id

from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as suite_table

SSLYZE = Path(sys.prefix).parent / "peers" / "bin" / "sslyze"
LIMIT = 900
"""Seconds that one scanner may take for one port."""


def testssl(hosts: Hosts, address: str, target: Target) -> Findings:
    """testssl.sh: every suite by version, and the groups of forward secrecy."""
    words = ["testssl", "--quiet", "--color", "0", "--warnings", "batch", "--jsonfile", "/tmp/testssl.json",
             "--overwrite", "-E", "-f", *(["--starttls", target.dialogue] if target.dialogue else []),
             f"{address}:{target.port}"]
    script = 'rm -f /tmp/testssl.json; timeout "$0" "$@" >/tmp/testssl.log 2>&1 </dev/null; cat /tmp/testssl.json'
    rows = json.loads(hosts.run(LATEST, "sh", "-c", script, str(LIMIT), *words) or "[]")
    found = Findings({version: set() for version in VERSIONS}, set())
    for row in rows:
        cipher = re.match(r"cipher-tls1(_\d)?_x", row["id"])
        if cipher:
            found.suites["TLSv1" + (cipher.group(1) or "").replace("_", ".")].add(_known(row["finding"].split()[-1]))
        elif row["id"] in ("FS_ECDHE_curves", "FS_KEMs", "DH_groups"):
            assert found.groups is not None
            # "RFC3526/Oakley Group 14" is the prime of a certain server and no group of TLS.
            found.groups |= {group_id(_curve(name)) for name in row["finding"].split()
                             if re.match(r"ffdhe|prime|sec|x\d|brain|mlkem", name, re.IGNORECASE)}
        elif row["severity"] == "FATAL" or "scanProblem" in row["id"]:
            found.note = row["finding"]
    return found


def sslscan(hosts: Hosts, address: str, target: Target) -> Findings:
    """sslscan: suites by version and groups."""
    word = {"postgres": "psql"}.get(target.dialogue or "", target.dialogue)
    words = ["timeout", str(LIMIT), "sslscan", "--no-colour", "--xml=-", "--no-heartbleed", f"--sni-name={NAME}",
             *([f"--starttls-{word}"] if word else []), f"{address}:{target.port}"]
    text = hosts.run(LATEST, *words)
    found = Findings({version: set() for version in VERSIONS}, set())
    tree = ElementTree.fromstring(text)
    for cipher in tree.iter("cipher"):
        found.suites[cipher.attrib["sslversion"].replace("TLSv1.0", "TLSv1")].add(_known(cipher.attrib["cipher"]))
    for group in tree.iter("group"):
        assert found.groups is not None
        found.groups.add(group_id(_curve(group.attrib["name"])))
    found.note = " ".join(node.text or "" for node in tree.iter("error")).strip()
    return found


def nmap(hosts: Hosts, address: str, target: Target) -> Findings:
    """nmap's ssl-enum-ciphers: suites by version."""
    text = hosts.run(LATEST, "timeout", str(LIMIT), "nmap", "-n", "-Pn", "-p", str(target.port), "-oX", "-",
                     "--script", "+ssl-enum-ciphers", address)
    found = Findings({version: set() for version in VERSIONS})
    for script in ElementTree.fromstring(text).iter("script"):
        for table in script.findall("table"):
            version = table.attrib["key"].replace("TLSv1.0", "TLSv1")
            names = [item.text or "" for item in table.iter("elem") if item.attrib.get("key") == "name"]
            # nmap writes suites of TLS 1.3 in a way of its own: TLS_AKE_WITH_AES_128_GCM_SHA256
            found.suites[version] = {_known(name.replace("TLS_AKE_WITH_", "TLS_")) for name in names if name.startswith("TLS_")}
    return found


def sslyze(hosts: Hosts, address: str, target: Target) -> Findings:
    """sslyze: suites by version, and groups."""
    if target.dialogue == "mysql":
        return Findings(note="no MySQL")
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        words = [str(SSLYZE), "--quiet", f"--json_out={file.name}", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3",
                 "--elliptic_curves", f"--sni={NAME}", *([f"--starttls={target.dialogue}"] if target.dialogue else []),
                 f"{address}:{target.port}"]
        subprocess.run(words, check=False, capture_output=True, timeout=LIMIT)
        text = Path(file.name).read_text()
    found = Findings({version: set() for version in VERSIONS}, set())
    for server in json.loads(text or "{}").get("server_scan_results", []):
        result = server["scan_result"] or {}
        for version, key in zip(VERSIONS, ("tls_1_0", "tls_1_1", "tls_1_2", "tls_1_3"), strict=True):
            part = result.get(f"{key}_cipher_suites") or {}
            if part.get("status") != "COMPLETED":
                found.note = f"{version} {part.get('error_reason')}"
                continue
            found.suites[version] = {_known(row["cipher_suite"]["name"]) for row in part["result"]["accepted_cipher_suites"]}
        curves = (result.get("elliptic_curves") or {}).get("result") or {}
        assert found.groups is not None
        found.groups |= {group_id(_curve(row["name"])) for row in curves.get("supported_curves") or []}
    return found


PEERS: dict[str, Callable[[Hosts, str, Target], Findings]] = {
    "testssl.sh": testssl, "sslyze": sslyze, "sslscan": sslscan, "nmap": nmap}


def _known(name: str) -> str:
    """The IANA name, whatever scheme the scanner writes in."""
    suite = suite_table.find_iana(name) or suite_table.by_openssl(name)
    return suite.iana if suite is not None else name


def _curve(name: str) -> str:
    """A group's name as OpenSSL writes it, from what scanners print."""
    short = re.sub(r" \(.*", "", name)
    return {"prime256v1": "P-256", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521",
            "x25519": "X25519", "x448": "X448"}.get(short, short)
