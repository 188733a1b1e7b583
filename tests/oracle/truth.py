# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What servers really take, asked with other people's clients alone: one handshake, one fact.

Runs on a test host with nothing but Python's standard library; nothing of the engine is in
here.  Reads ``{"targets": [{"host", "port", "starttls", "gnutls"}], "each": bool}`` and writes
a list in the same order.  With ``each`` every suite is tried alone in every version; without,
the chosen one is taken off the list until the rest is refused, which is as true of servers
that treat a list as the standards say, and much quicker.

``openssl s_client`` is asked at security level 0.  GnuTLS servers take DHE only with the
groups of RFC 7919, which s_client does not offer below TLS 1.3, so ``gnutls-cli`` is asked
besides and the two are joined.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

VERSIONS = {"TLSv1": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}
TLS13 = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
         "TLS_AES_128_CCM_8_SHA256")
GROUPS = ("X25519", "P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192",
          "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM512", "MLKEM768", "MLKEM1024")
OLD_GROUPS = (*GROUPS[:5], "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1", "P-224", "P-192")
NAME = "wire.example.test"
TRIES = 3
"""A server that turns a connection away has refused nothing."""
KX = {"DHE_RSA": "DHE-RSA", "ECDHE_RSA": "ECDHE-RSA", "ECDHE_ECDSA": "ECDHE-ECDSA", "RSA": "RSA", "DHE_DSS": "DHE-DSS",
      "DH_ANON": "ANON-DH", "ECDH_ANON": "ANON-ECDH"}


@cache
def known() -> tuple[str, ...]:
    """Every cipher below TLS 1.3 that this s_client can try without a shared secret."""
    words = subprocess.run(["openssl", "ciphers", "-s", "-tls1_2", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], check=True,
                           capture_output=True, text=True).stdout.strip().split(":")
    return tuple(word for word in words if not re.match(r"TLS_|SRP|(RSA-|DHE-|ECDHE-)?PSK", word))


def s_client(target: dict[str, Any], version: str, *words: str) -> tuple[str, str]:
    """(the chosen suite, "" if refused; everything printed).  Raises where it cannot be told."""
    command = ["openssl", "s_client", "-connect", f"{target['host']}:{target['port']}", "-servername", NAME,
               VERSIONS[version], *words]
    if target["starttls"]:
        command += ["-starttls", target["starttls"]]
    if target["starttls"] == "xmpp":
        command += ["-xmpphost", NAME]
    text = ""
    for _each in range(TRIES):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        text = (done.stdout + done.stderr).decode("latin-1")
        found = re.search(r"Cipher is (\S+)", text)
        if found and found.group(1) != "(NONE)":
            return found.group(1), text
        if "cannot be set" in text:
            return "", text  # this library does not know the group
        # no cipher / group of this library: nothing was asked of the server, so nothing is offered to it either.
        if re.search(r"alert (handshake failure|protocol version|insufficient security|internal error|illegal param)|"
                     r"no ciphers available|no suitable (key share|groups|signature)|no protocols available", text):
            return "", text
        time.sleep(0.2)
    if "CONNECTED" in text and "Cipher is (NONE)" in text:
        return "", text  # GnuTLS servers close without a word: believed when it was so every time
    raise RuntimeError(f"{command}: {text[-600:]}")


def suites(target: dict[str, Any], version: str, each: bool) -> list[str]:
    """OpenSSL's names of the suites that a version takes, in the order of finding."""
    if version == "TLSv1.3":
        words, left = "-ciphersuites", TLS13
        more: tuple[str, ...] = ("-cipher", "DEFAULT:@SECLEVEL=0")
    else:
        words, left, more = "-cipher", known(), ()

    def ask(names: tuple[str, ...]) -> str:
        text = ":".join(names) + ("" if more else ":@SECLEVEL=0")
        return s_client(target, version, words, text, *more)[0]

    if each:
        if not ask(left):
            return []
        return [name for name in left if ask((name,))]
    found: list[str] = []
    while left:
        name = ask(left)
        if not name:
            break
        found.append(name)
        left = tuple(other for other in left if other != name)
    return found


def preference(target: dict[str, Any], version: str, found: list[str]) -> bool | None:
    """Whether the server's order decides; None where there is nothing to choose from."""
    if len(found) < 2:
        return None
    if version == "TLSv1.3":
        ask = [s_client(target, version, "-ciphersuites", ":".join(order))[0] for order in (found, found[::-1])]
    else:
        ask = [s_client(target, version, "-cipher", ":".join(order) + ":@SECLEVEL=0")[0] for order in (found, found[::-1])]
    return ask[0] == ask[1]


def groups(target: dict[str, Any], found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Groups of TLS 1.3 and of ECDHE in TLS 1.2, one handshake for each, in OpenSSL's names."""
    seen: dict[str, list[str]] = {}
    if found["TLSv1.3"]:
        seen["TLSv1.3"] = [name for name in GROUPS if _group(target, "TLSv1.3", name)]
    elliptic = [name for name in found["TLSv1.2"] if name.startswith(("ECDHE", "AECDH"))]
    if elliptic:
        seen["TLSv1.2"] = [name for name in OLD_GROUPS
                           if _group(target, "TLSv1.2", name, "-cipher", ":".join(elliptic) + ":@SECLEVEL=0")]
    return seen


def _group(target: dict[str, Any], version: str, name: str, *words: str) -> bool:
    return bool(s_client(target, version, "-groups", name, *words)[0])


# -- GnuTLS --------------------------------------------------------------------------------


@cache
def gnutls_suites() -> tuple[tuple[str, str, str, str], ...]:
    """(name, key exchange, cipher, MAC) of what gnutls-cli can try below TLS 1.3."""
    text = subprocess.run(["gnutls-cli", "--list"], check=True, capture_output=True, text=True).stdout
    rows = []
    for name in re.findall(r"^(TLS_\S+)\s+0x", text, re.MULTILINE):
        for kx in sorted(KX, key=len, reverse=True):
            if name.startswith(f"TLS_{kx}_"):
                cipher, _, mac = name[len(kx) + 5:].rpartition("_")
                if cipher == "CHACHA20":
                    cipher, mac = "CHACHA20_POLY1305", "AEAD"
                elif "GCM" in cipher or "CCM" in name:
                    cipher, mac = (cipher, "AEAD") if "GCM" in cipher else (name[len(kx) + 5:], "AEAD")
                rows.append((name, KX[kx], cipher.replace("_", "-"), mac))
                break
    return tuple(rows)


def gnutls(target: dict[str, Any], version: str) -> list[str]:
    """GnuTLS's names of the suites that a version takes, one gnutls-cli each."""
    found = []
    for name, kx, cipher, mac in gnutls_suites():
        priority = (
            f"NONE:+VERS-{version.replace('TLSv1', 'TLS1')}:+{kx}:+{cipher}:+{mac}:+SIGN-ALL:+GROUP-ALL:+COMP-NULL")
        priority = priority.replace("VERS-TLS1:", "VERS-TLS1.0:")
        command = ["gnutls-cli", "--insecure", "--priority", priority, "--port", str(target["port"]), "--sni-hostname", NAME]
        if target["starttls"]:
            command += [f"--starttls-proto={target['starttls']}"]
        for _each in range(2):
            done = subprocess.run([*command, target["host"]], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            if b"Handshake was completed" in done.stdout:
                found.append(name)
                break
    return found


def look(target: dict[str, Any], each: bool) -> dict[str, Any]:
    """Everything about one target."""
    found = {version: suites(target, version, each) for version in VERSIONS}
    facts: dict[str, Any] = {
        "suites": found, "groups": groups(target, found),
        "preference": {version: preference(target, version, names) for version, names in found.items()},
    }
    if target.get("gnutls"):
        facts["gnutls"] = {version: gnutls(target, version) for version in VERSIONS if version != "TLSv1.3"}
    return facts


if __name__ == "__main__":
    request = json.load(sys.stdin)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda target: look(target, request["each"]), request["targets"]))
    json.dump({"client": subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout.strip(),
               "facts": answers}, sys.stdout)
