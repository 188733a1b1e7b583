#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How fast cipher strings are judged on the controller, as a ratio to one library process per string.

  bench_cipher_list.py [--count 2000]

Each string is another one: random words of both languages, half of them OpenSSL's, half
GnuTLS's.  Ours is the whole way of the module without a library: expansion, every word's
effect, severity and reasons of each suite, nine policies, a suggestion.  The compared
programs (openssl ciphers, gnutls-cli --list) only expand.  Ends with 1 below 1,000 a second.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / ".cache" / "collections", ROOT / "tests" / "equivalence"):
    sys.path.insert(0, str(folder))

CORE = "ansible_collections.intransit.tls.plugins.module_utils._core"
COMPARED = 100
"""Strings that the programs are run on, one process each; their time is scaled up."""
LEAST = 1000
SEED = 20261122
PROGRAMS = {
    "openssl": ["openssl", "ciphers", "-s", "-V", "-stdname", "--"],
    "gnutls": ["gnutls-cli", "--list", "--priority"],
}


def core(name: str) -> Any:
    """Import a part of the collection's core."""
    return importlib.import_module(f"{CORE}.{name}")


def strings(count: int) -> list[tuple[str, str]]:
    """Return (language, string) pairs."""
    random_strings = importlib.import_module("random_strings")
    half = count // 2
    return [
        *[("openssl", text) for text in random_strings.openssl(SEED, count - half)],
        *[("gnutls", text) for text in random_strings.gnutls(SEED, half)],
    ]


def ours(pairs: list[tuple[str, str]]) -> float:
    """Return the seconds that judging every string takes, imports included."""
    begin = time.perf_counter()
    expand, report = core("dialect.cipher_strings").expand, core("cipher_list_report").report
    policy, profiles = core("policy.resolve").resolve(), tuple(core("policy.profiles").PROFILES.values())
    versions = core("dialect.cipher_strings").RELEASES["debian13"]
    for language, text in pairs:
        report(expand(text, language, versions[language]), policy, profiles)
    return time.perf_counter() - begin


def theirs(pairs: list[tuple[str, str]]) -> float | None:
    """Return the seconds that one process per string takes, None without the programs."""
    if any(shutil.which(command[0]) is None for command in PROGRAMS.values()):
        return None
    sample = pairs[:: max(1, len(pairs) // COMPARED)]
    begin = time.perf_counter()
    for language, text in sample:
        subprocess.run([*PROGRAMS[language], text], capture_output=True, check=False)
    return (time.perf_counter() - begin) * len(pairs) / len(sample)


def main() -> int:
    """Measure, print, and compare with what was promised."""
    parser = argparse.ArgumentParser(description="Speed of judging cipher strings.")
    parser.add_argument("--count", type=int, default=2000)
    pairs = strings(parser.parse_args().count)
    own = ours(pairs)
    print(f"{len(pairs)} strings, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"cipher_list_info, table   {own:8.2f} s   {len(pairs) / own:8.0f} strings/s   (start included)")
    other = theirs(pairs)
    if other is not None:
        print(f"one process per string    {other:8.2f} s   {len(pairs) / other:8.0f} strings/s   (expansion only)")
        print(f"ratio                     {other / own:8.1f} times as fast")
    return 0 if len(pairs) / own >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
