#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible and the report add: one task for 5,000 endpoints, reports of 5,000 records.

    bench_fleet.py [--part report,module]

Endpoints are addresses of loopback.  Ends with 1 where something grows by more than GROWTH of its proportion, the
module takes MEMORY on any ansible-core, or the reports take REPORT_MEMORY.  Whole playbooks: bench_verify.py.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path

import bed
import measure

GROWTH = 1.5
"""Seconds for each, at the largest number, beside the smallest: what is quadratic shows at once."""
MEMORY = 100.0
"""MiB of the module's own process, whatever the number of endpoints."""
REPORT_MEMORY = 400.0
"""MiB at the largest number: the records and the document in memory, the longest format beside them."""
BIN = Path(sys.executable).parent
INTERPRETER = Path(__file__).with_name("interpreter.py")
PLAY = [{
    "hosts": "localhost", "connection": "local", "gather_facts": False,
    "tasks": [
        {"intransit.tls.endpoint_info": {"endpoints": "{{ endpoints }}", "policy": "intermediate"}, "register": "seen"},
        {"ansible.builtin.assert": {"that": "seen.endpoints | rejectattr('error') | length == endpoints | length", "quiet": True}},
    ],
}]


def playbook(*arguments: str, bin_: Path = BIN, python: str = sys.executable) -> list[str]:
    """The command, with what is the same for all."""
    return [str(bin_ / "ansible-playbook"), "-e", f"ansible_python_interpreter={python}",
            "-e", "ansible_become=false", *arguments]


def environment() -> dict[str, str]:
    """Where Ansible finds the collection, and a home of its own."""
    return bed.own_process() | {
        "ANSIBLE_CONFIG": str(bed.ROOT / "ansible.cfg"), "ANSIBLE_COLLECTIONS_PATH": str(bed.ROOT / ".cache" / "collections"),
        "ANSIBLE_HOME": str(bed.CACHE / "ansible"), "ANSIBLE_NOCOLOR": "1",
    }


def row(name: str, count: int, run: measure.Run, words: str = "") -> float:
    """Print one line of the table; return the seconds for each."""
    print((
        f"| {name} | {count:,} | {run.wall:.1f} | {1000 * run.wall / count:.1f} | {run.cpu:.1f} | "
        f"{run.memory:.0f} | {words} |"), flush=True)
    return run.wall / count


def report(servers: bed.Servers) -> tuple[list[float], float]:
    """Verdicts and every format, in a process of their own; seconds for each, and the most MiB."""
    script = str(Path(__file__).with_name("fleet_report.py"))
    each, most = [], 0.0
    for count in (1000, 5000):
        run = measure.run([sys.executable, script, str(count), str(bed.PORTS["intermediate"])], bed.own_process(), servers)
        each.append(row("judge and report", count, run, run.output.partition(" ")[2].strip()))
        most = max(most, run.memory)
    return each, most


def module(servers: bed.Servers, bin_: Path = BIN) -> tuple[list[float], float]:
    """One task with all endpoints; its seconds for each, and the most MiB that the module's own process took."""
    play, values, peaks = bed.CACHE / "play.json", bed.CACHE / "values.json", bed.CACHE / "peaks"
    play.write_text(json.dumps(PLAY))
    core = subprocess.run([bin_ / "python", "-c", "import ansible.release as r; print(r.__version__)"],
                          check=True, capture_output=True, text=True).stdout.strip()
    watched = environment() | {"INTERPRETER": str(bin_ / "python"), "INTERPRETER_PEAKS": str(peaks)}
    each, most = [], 0.0
    for count in (1000, 5000):
        values.write_text(json.dumps({"endpoints": [
            {"host": bed.address(number), "port": bed.PORTS["intermediate"]} for number in range(count)]}))
        peaks.write_text("")
        run = measure.run(playbook("-i", "localhost,", "-e", (
            f"@{values}"), str(play), bin_=bin_, python=str(INTERPRETER)),
                          watched, servers)
        if not good(run).endswith(", 0 failed"):
            raise SystemExit(f"The play did not end well:\n{run.output[-2000:]}")
        own = max(map(float, peaks.read_text().split()), default=math.inf)
        each.append(row(f"endpoint_info in one task, ansible-core {core}", count, run._replace(memory=own),
                        f"{good(run)}; the control node {run.memory:.0f} MiB"))
        most = max(most, own)
    return each, most


def good(run: measure.Run) -> str:
    """Whether the play ended well, by its recap."""
    recap = [line for line in run.output.splitlines() if "unreachable=" in line]
    bad = [line for line in recap if "unreachable=0" not in line or "failed=0" not in line]
    return f"{len(recap)} host(s), {len(bad)} failed" if recap else "no recap"


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="report,module")
    options = parser.parse_args()
    bed.inside()
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print("\n| what | count | wall s | ms each | CPU s | peak MiB | |\n|---|---|---|---|---|---|---|")
    broken = []
    with bed.servers() as servers:
        for part in options.part.split(","):
            each: dict[str, list[float]] = {}
            if part == "report":
                each[part], most = report(servers)
                if most >= REPORT_MEMORY:
                    broken.append(f"report: {most:.0f} MiB; promised less than {REPORT_MEMORY:.0f}")
            for bin_ in (BIN,) if part == "module" else ():
                each[f"module, {bin_}"], most = module(servers, bin_)
                if most >= MEMORY:
                    broken.append(f"module, {bin_}: {most:.0f} MiB; promised less than {MEMORY:.0f}")
            for name, seconds in each.items():
                if seconds[-1] > seconds[0] * GROWTH:
                    broken.append(f"{name}: {seconds[-1] / seconds[0]:.2f} times as long for each at the larger number")
    print("\n" + ("\n".join(f"BELOW ITS PROMISE: {sentence}" for sentence in broken) or "Every promise holds."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
