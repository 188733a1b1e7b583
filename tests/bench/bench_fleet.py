#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible and the report add: one task for 1,000 endpoints, ``verify`` for 200 hosts, reports of 5,000 records.

    bench_fleet.py [--part report,module,verify] [--hosts 50,200]

Hosts are aliases of this machine with a local connection, their endpoints addresses of loopback.  Ends with 1
where something grows by more than GROWTH of its proportion.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import bed
import measure

GROWTH = 1.5
"""Seconds for each, at the largest number, beside the smallest: what is quadratic shows at once."""
BIN = Path(sys.executable).parent
PLAY = [{
    "hosts": "localhost", "connection": "local", "gather_facts": False,
    "tasks": [{"intransit.tls.endpoint_info": {"endpoints": "{{ endpoints }}", "policy": "intermediate"}}],
}]


def playbook(*arguments: str) -> list[str]:
    """The command, with what is the same for all."""
    return [str(BIN / "ansible-playbook"), "-e", f"ansible_python_interpreter={sys.executable}",
            "-e", "ansible_become=false", *arguments]


def environment() -> dict[str, str]:
    """Where Ansible finds the collection, and a home of its own."""
    return bed.own_process() | {
        "ANSIBLE_CONFIG": str(bed.ROOT / "ansible.cfg"), "ANSIBLE_COLLECTIONS_PATH": str(bed.ROOT / ".cache" / "collections"),
        "ANSIBLE_HOME": str(bed.CACHE / "ansible"), "ANSIBLE_NOCOLOR": "1",
    }


def row(name: str, count: int, run: measure.Run, words: str = "") -> float:
    """Print one line of the table; return the seconds for each."""
    print(f"| {name} | {count:,} | {run.wall:.1f} | {1000 * run.wall / count:.1f} | {run.cpu:.1f} | {run.memory:.0f} | {words} |", flush=True)
    return run.wall / count


def report(servers: bed.Servers) -> list[float]:
    """Verdicts and every format, in a process of their own."""
    script = str(Path(__file__).with_name("fleet_report.py"))
    each = []
    for count in (1000, 5000):
        run = measure.run([sys.executable, script, str(count), str(bed.PORTS["intermediate"])], bed.own_process(), servers)
        each.append(row("judge and report", count, run, run.output.partition(" ")[2].strip()))
    return each


def module(servers: bed.Servers) -> list[float]:
    """One task with all endpoints; memory is that of the largest process, the control node's included."""
    play, values = bed.CACHE / "play.json", bed.CACHE / "values.json"
    play.write_text(json.dumps(PLAY))
    each = []
    for count in (250, 1000):
        values.write_text(json.dumps({"endpoints": [
            {"host": bed.address(number), "port": bed.PORTS["intermediate"]} for number in range(count)]}))
        run = measure.run(playbook("-i", "localhost,", "-e", f"@{values}", str(play)), environment(), servers)
        each.append(row("endpoint_info in one task", count, run, good(run)))
    return each


def verify(servers: bed.Servers, counts: list[int]) -> list[float]:
    """The playbook ``verify`` over hosts that each have one endpoint."""
    inventory = bed.CACHE / "inventory.json"
    (bed.CACHE / "evidence").mkdir(exist_ok=True)
    each = []
    for count in counts:
        inventory.write_text(json.dumps({"all": {"hosts": {f"host{number}": {
            "ansible_connection": "local", "ansible_host": bed.address(number),
            "tls_endpoints": [{"host": bed.address(number), "port": bed.PORTS["intermediate"]}],
        } for number in range(count)}}}))
        run = measure.run(playbook(
            "-i", str(inventory), "-f", "10", "-e", "tls_fail_on=never", "-e", '{"tls_services": []}',
            "-e", f"tls_evidence={bed.CACHE}/evidence", str(bed.ROOT / "playbooks" / "verify.yml")), environment(), servers)
        each.append(row("verify", count, run, good(run)))
    return each


def good(run: measure.Run) -> str:
    """Whether the play ended well, by its recap."""
    recap = [line for line in run.output.splitlines() if "unreachable=" in line]
    bad = [line for line in recap if "unreachable=0" not in line or "failed=0" not in line]
    return f"{len(recap)} host(s), {len(bad)} failed" if recap else "no recap"


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="report,module,verify")
    parser.add_argument("--hosts", default="50,200")
    options = parser.parse_args()
    bed.inside()
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print("\n| what | count | wall s | ms each | CPU s | peak MiB | |\n|---|---|---|---|---|---|---|")
    broken = []
    with bed.servers() as servers:
        for part in options.part.split(","):
            each = {"report": report, "module": module}[part](servers) if part != "verify" else verify(
                servers, [int(count) for count in options.hosts.split(",")])
            if each[-1] > each[0] * GROWTH:
                broken.append(f"{part}: {each[-1] / each[0]:.2f} times as long for each at the larger number")
    print("\n" + ("\n".join(f"BELOW ITS PROMISE: {sentence}" for sentence in broken) or "Every promise holds."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
