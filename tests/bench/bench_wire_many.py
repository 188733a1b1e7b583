#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Thousands of endpoints in one call at policy depth: rate, memory, and whether time stays linear.

    bench_wire_many.py [--part good,mixed] [--counts 1000,5000]

``mixed``: of every 20 endpoints 2 refuse connections, 1 lets them time out, 1 takes them and never says a
word.  Server and engine share the machine; the server's CPU is printed beside ours.  Ends with 1 below a promise.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import bed
import measure

RATE, MEMORY = 100.0, 100.0
"""Endpoints a second, MiB."""
GROWTH = {"good": 1.2, "mixed": 1.5}
"""How much more CPU than in proportion 5,000 may take beside 1,000.  Work is in proportion (counted in calls), but while silent
peers are waited for it comes in smaller pieces."""
MIXED_SECONDS = 60.0
"""What the worst peers may add: a silent one is given 10 s, and then 2.5 s for each of its other connections."""
CODE = """
import sys
from collections import Counter
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe
def endpoints():
    for line in sys.stdin:
        host, port = line.split()
        yield {"host": host, "port": int(port), "protocol": "https"}
seen = observe(list(endpoints()), policy="intermediate")
print(sum(each.connections for each in seen))
for what, count in Counter((each.reachable, bool(each.error), bool(each.undecided)) for each in seen).most_common():
    print(count, *what)
"""


@contextlib.contextmanager
def bad_peers() -> Iterator[tuple[int, int]]:
    """Ports that let connections time out, and that take them without ever speaking."""
    with socket.create_server(("0.0.0.0", 0), backlog=0) as full, socket.create_server(("0.0.0.0", 0), backlog=4096) as silent:
        held = []
        for _each in range(4):  # with its queue full the kernel drops what comes
            held.append(socket.socket())
            held[-1].setblocking(False)
            held[-1].connect_ex(("127.0.0.1", full.getsockname()[1]))
        yield full.getsockname()[1], silent.getsockname()[1]


def targets(count: int, ports: tuple[int, int] | None) -> str:
    """One line for each endpoint."""
    good = bed.PORTS["intermediate"]
    lines = []
    for number in range(count):
        port = good
        if ports is not None:
            port = {3: 1, 13: 1, 7: ports[0], 11: ports[1]}.get(number % 20, good)
        lines.append(f"{bed.address(number)} {port}\n")
    return "".join(lines)


def look(count: int, ports: tuple[int, int] | None, servers: bed.Servers) -> measure.Run:
    """One call for ``count`` endpoints."""
    listing = bed.CACHE / "many"
    listing.write_text(targets(count, ports))
    command = ["sh", "-c", 'exec "$0" -c "$1" < "$2"', sys.executable, CODE, str(listing)]
    return measure.run(command, bed.own_process(), servers)


def row(name: str, count: int, run: measure.Run) -> None:
    """Print one line of the table."""
    words = "; ".join(run.output.splitlines()[1:])
    print(f"| {name} {count:,} | {run.wall:.1f} | {count / run.wall:.0f} | {run.cpu:.1f} | {run.server_cpu:.1f} "
          f"| {run.memory:.0f} | {run.connections / count:.1f} | {words} |", flush=True)


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="good,mixed")
    parser.add_argument("--counts", default="1000,5000")
    options = parser.parse_args()
    bed.inside()
    counts = [int(count) for count in options.counts.split(",")]
    broken = []
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print("\n| endpoints | wall s | a second | CPU s | server CPU s | peak MiB | accepted each | count, reachable, error, undecided |")
    print("|---|---|---|---|---|---|---|---|")
    subprocess.run([sys.executable, "-c", "import ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe"],
                   env=bed.own_process(), check=True)
    with bed.servers() as servers, bad_peers() as ports:
        for part in options.part.split(","):
            runs = {count: look(count, ports if part == "mixed" else None, servers) for count in counts}
            for count, run in runs.items():
                row(part, count, run)
                most = count / RATE + (MIXED_SECONDS if part == "mixed" else 0.0)
                if run.wall > most:
                    broken.append(f"{part}, {count}: {run.wall:.1f} s; promised {most:.0f}")
                if run.memory >= MEMORY:
                    broken.append(f"{part}, {count}: {run.memory:.0f} MiB; promised less than {MEMORY:.0f}")
            small, large = min(counts), max(counts)
            growth = runs[large].cpu / large / (runs[small].cpu / small)
            if growth > GROWTH[part]:
                broken.append(f"{part}: {growth:.2f} times the CPU for each endpoint at {large} beside {small}")
    print("\n" + ("\n".join(f"BELOW ITS PROMISE: {sentence}" for sentence in broken) or "Every promise holds."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
