#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``verify`` costs the controller for each host, beside an earlier version, and for 1,000 hosts in one run.

    bench_verify.py [--hosts 80] [--rounds 3] [--many 1000] [--against COMMIT]

Hosts are names with a local connection; each has one declared endpoint, an address of loopback that nginx serves, and
``tls_services: []``, so that the host itself is not asked.  The earlier version asks it all the same: its
``service_info`` runs on this machine then, and what those processes take is measured apart and not counted as the
controller's.  CPU seconds are those of the whole process tree.  Ends with 1 if a host costs more than PROMISE, or the
many cost more than GROWTH times as much each.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import bed
import measure
from bench_fleet import BIN, INTERPRETER, environment, good

PROMISE = 0.6
"""CPU seconds of the controller for each host."""
GROWTH = 1.5
"""Of the seconds for each host, from few hosts to many: what is quadratic shows at once."""
BEFORE = "05ab2d8"
"""The last version that ran a role for each service of each host."""


def tree_of(commit: str) -> Path:
    """The collection at a commit, as Ansible finds it."""
    root = bed.CACHE / "against" / commit
    place = root / "ansible_collections" / "intransit" / "tls"
    if not place.is_dir():
        place.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", str(bed.ROOT), "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "x", "-C", str(place)], input=archive, check=True)
    return root


def inventory(count: int) -> Path:
    """So many hosts with one endpoint each."""
    path = bed.CACHE / f"verify-{count}.json"
    # What runs on a host goes through a wrapper that notes its CPU; what the controller runs for itself does not.
    path.write_text(json.dumps({"all": {"hosts": {f"host{number}": {
        "ansible_python_interpreter": str(INTERPRETER), "ansible_connection": "local", "ansible_host": bed.address(number), "tls_services": [],
        "tls_endpoints": [{"host": bed.address(number), "port": bed.PORTS["intermediate"]}],
    } for number in range(count)}}}))
    return path


def verify(servers: bed.Servers, count: int, root: Path | None) -> tuple[measure.Run, float]:
    """One run; also the CPU seconds of modules that ran as if on a host."""
    (bed.CACHE / "evidence").mkdir(exist_ok=True)
    spent = bed.CACHE / "spent"
    spent.write_text("")
    where = environment() | {"INTERPRETER": sys.executable, "INTERPRETER_CPU": str(spent)}
    home = bed.ROOT
    if root is not None:
        home = root / "ansible_collections" / "intransit" / "tls"
        where |= {"ANSIBLE_COLLECTIONS_PATH": str(root), "PYTHONPATH": str(root)}
    run = measure.run([
        str(BIN / "ansible-playbook"), "-i", str(inventory(count)), "-f", "10", "-e", "ansible_become=false",
        "-e", "tls_fail_on=never", "-e", f"tls_evidence={bed.CACHE}/evidence", str(home / "playbooks" / "verify.yml"),
    ], where, servers)
    return run, sum(map(float, spent.read_text().split()))


def row(name: str, count: int, run: measure.Run, own: float) -> float:
    """Print one line of the table; return the controller's CPU seconds for each host."""
    each = (run.cpu - own) / count
    print((
        f"| {name} | {count:,} | {run.wall:.1f} | {run.cpu:.1f} | {own:.1f} | {each:.3f} | {run.memory:.0f} | "
        f"{good(run)} |"),
          flush=True)
    return each


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--many", type=int, default=1000)
    parser.add_argument("--against", default=BEFORE)
    options = parser.parse_args()
    bed.inside()
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print("\n| what | hosts | wall s | CPU s | of it on hosts | controller, CPU s each | peak MiB | |\n|---|---|---|---|---|---|---|---|")
    ours, theirs = [], []
    with bed.servers() as servers:
        for _round in range(options.rounds):
            if options.against != "none":
                theirs.append(row(f"verify at {options.against}", options.hosts, *verify(
                    servers, options.hosts, tree_of(options.against))))
            ours.append(row("verify", options.hosts, *verify(servers, options.hosts, None)))
        many = row("verify", options.many, *verify(servers, options.many, None)) if options.many else 0.0
    each = statistics.median(ours)
    print(f"\nController, CPU s for each host: {each:.3f} (median of {len(ours)}); promised at most {PROMISE}.")
    if theirs:
        ratio = statistics.median(before / now for before, now in zip(theirs, ours, strict=True))
        print(f"The earlier version took {ratio:.1f} times as much (median of the rounds).")
    return 0 if each <= PROMISE and many <= GROWTH * each else 1


if __name__ == "__main__":
    sys.exit(main())
