#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``enforce`` costs when nothing changes: one service on one real host, beside an earlier version and ansible-core alone.

    bench_enforce.py [--rounds 3] [--against COMMIT]

The host is a Debian 13 container of tests/beds with Apache, reached by SSH; the first run of each version brings it into
force and is not counted.  CPU seconds are those of the controller's process tree; modules are counted on the host, in its
journal, where each is a line.  Ends with 1 above CPU or MODULES.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import bed
from bench_fleet import BIN, environment
from bench_verify import tree_of

CPU = 6.0
MODULES = 4
TASKS = 39
"""Tasks of such a run, skipped ones included."""
BEFORE = "05ab2d8"
"""The last version whose roles worked their settings out in variables."""
BED = "benchenforce"
HOSTS = bed.ROOT / "tests" / "beds" / "hosts"


class Cost(NamedTuple):
    """What one run took."""

    wall: float
    cpu: float
    modules: int
    recap: str


def hosts(*words: str) -> str:
    """Run tests/beds/hosts."""
    return subprocess.run([HOSTS, *words], check=True, capture_output=True, text=True).stdout


def enforce(inventory: str, root: Path | None) -> Cost:
    """One run of the playbook."""
    home = bed.ROOT if root is None else root / "ansible_collections" / "intransit" / "tls"
    where = environment() | ({} if root is None else {"ANSIBLE_COLLECTIONS_PATH": str(root)})
    return measured([inventory, "-e", '{"tls_services": ["apache"]}', "-e", f"tls_ca_directory={bed.CACHE}/ca",
                     home / "playbooks" / "enforce.yml"], where)


def measured(arguments: list[str | Path], where: dict[str, str]) -> Cost:
    """Run ansible-playbook on the inventory and count what it took."""
    before = modules()
    begun = time.monotonic()
    process = subprocess.Popen(
        [BIN / "ansible-playbook", "-i", *arguments], env=where, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The play did not end well:\n{said[-3000:]}")
    recap = next(line for line in said.splitlines() if line.startswith("web "))
    return Cost(time.monotonic() - begun, used.ru_utime + used.ru_stime, modules() - before, recap.partition(":")[2].strip())


def baseline(inventory: str) -> Cost:
    """A play of ansible-core alone with as many tasks and modules as enforce runs: what no collection can go below."""
    play = bed.CACHE / "baseline.yml"
    tasks: list[dict[str, object]] = [{"ansible.builtin.stat": {"path": "/etc/hostname"}} for _number in range(MODULES - 1)]
    tasks += [{"ansible.builtin.debug": {"msg": "{{ inventory_hostname }}"}} for _number in range(TASKS - MODULES)]
    play.write_text(json.dumps([{"hosts": "all", "become": True, "tasks": tasks}]), encoding="utf-8")
    return measured([inventory, play], environment())


def modules() -> int:
    """How many modules ran on the host so far: each says so in the journal when it begins."""
    return int(hosts("exec", BED, "web", "sh", "-c", "journalctl --quiet --no-pager --output=cat | grep -c '^Invoked with' || true"))


def row(name: str, cost: Cost) -> Cost:
    """Print one line of the table."""
    print((
        f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.modules} | {' '.join(cost.recap.split())} |"), flush=True)
    return cost


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against", default=BEFORE)
    options = parser.parse_args()
    bed.CACHE.mkdir(parents=True, exist_ok=True)
    versions = {f"enforce at {options.against}": tree_of(options.against), "enforce": None}
    if options.against == "none":
        versions = {"enforce": None}
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print("\n| enforce again, one host, Apache | wall s | CPU s | modules on the host | |\n|---|---|---|---|---|")
    costs: dict[str, list[Cost]] = {name: [] for name in versions}
    inventory = hosts("up", BED, "web=debian13").splitlines()[-1]
    try:
        hosts("exec", BED, "web", "sh", "-c", "apt-get -qq update && apt-get -qq install -y apache2 python3-cryptography")
        for number in range(options.rounds):
            for name, root in versions.items():
                # The other version may have left something of its own to change.
                enforce(inventory, root)
                costs[name].append(row(f"{name}, round {number + 1}", enforce(inventory, root)))
            row(f"ansible-core alone, {TASKS} tasks, round {number + 1}", baseline(inventory))
    finally:
        hosts("down", BED)
    ours = costs["enforce"]
    cpu, count = statistics.median(cost.cpu for cost in ours), max(cost.modules for cost in ours)
    print(
        f"\nCPU {cpu:.1f} s (median; promised at most {CPU}), {count} modules on the host (promised at most "
        f"{MODULES}).")
    return 0 if cpu <= CPU and count <= MODULES else 1


if __name__ == "__main__":
    sys.exit(main())
