# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine beside other scanners on the same endpoint, in one run, in an order that changes each round.

    python bench_wire.py HOST:PORT/PROTOCOL [--rounds 5] [--endpoints 1] [--depth full]

Each contestant is a process of its own, interpreter start included.  A scanner that is
not installed is left out and named.  Medians of wall and CPU seconds and of peak memory
are printed; whether the findings are right is for ``tests/wire/test_ground_truth.py``.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

OURS = """
import sys
from ansible_collections.intransit.tls.plugins.module_utils._edge.observe import observe
host, port, protocol, count, depth = sys.argv[1:]
endpoint = {"host": host, "port": int(port), "protocol": protocol}
seen = observe([endpoint] * int(count), depth=depth, policy="intermediate", parts=("suites", "groups"))
print(sum(item.connections for item in seen))
"""
STARTTLS = {"smtp", "submission", "imap", "pop3", "ldap", "ftp", "postgres", "mysql"}


def contestants(host: str, port: str, protocol: str, count: int, depth: str) -> dict[str, list[str]]:
    """Name to command; one command for all endpoints."""
    words = ["--starttls=" + {"submission": "smtp"}.get(protocol, protocol)] if protocol in STARTTLS else []
    found = {"ours": [sys.executable, "-c", OURS, host, port, protocol, str(count), depth]}
    if shutil.which("sslyze"):
        suites = ["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--elliptic_curves"]
        found["sslyze"] = ["sslyze", *suites, *words, *[f"{host}:{port}"] * count]
    if shutil.which("nmap"):
        found["nmap"] = ["nmap", "-Pn", "-p", port, "--script", "ssl-enum-ciphers", host]
    if shutil.which("sslscan"):
        found["sslscan"] = ["sslscan", "--no-colour", *([f"--starttls-{protocol}"] if words else []), f"{host}:{port}"]
    if shutil.which("testssl"):
        found["testssl"] = ["testssl", "--quiet", "--color", "0", "-p", "-P", "-f", f"{host}:{port}"]
    return found


def measure(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of one run."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _pid, _status, used = os.wait4(process.pid, 0)
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Run all rounds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("endpoint")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--endpoints", type=int, default=1)
    parser.add_argument("--depth", choices=["policy", "full"], default="full")
    options = parser.parse_args()
    where, _slash, protocol = options.endpoint.partition("/")
    host, _colon, port = where.rpartition(":")
    field = contestants(host, port, protocol or "https", options.endpoints, options.depth)
    missing = [name for name in ("sslyze", "nmap", "sslscan", "testssl") if name not in field]
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in field}
    for _round in range(options.rounds):
        for name in random.sample(sorted(field), len(field)):
            runs[name].append(measure(field[name]))
    print(f"{options.endpoint}, {options.endpoints} endpoint(s), {options.rounds} rounds; load {os.getloadavg()[0]:.1f}")
    for name, seen in runs.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*seen, strict=True))
        print(f"  {name:8} {wall:8.2f} s wall {cpu:8.2f} s CPU {memory:6.0f} MiB")
    if missing:
        print("  not installed here: " + ", ".join(missing))


if __name__ == "__main__":
    main()
