#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine beside sslyze, testssl.sh, nmap and sslscan on the same servers, in one run.

    bench_wire.py [--part one,testssl,fifty] [--rounds 5]

Each contestant is a process of its own, interpreter start included; each round runs all of them
in a new random order, and ratios are medians of rounds.  Every answer is held to one
``openssl s_client`` per suite and version.  Ends with 1 below a promise (PROMISES, EXCESS).
"""

from __future__ import annotations

import argparse
import random
import sys
import time

import bed
import measure
import peers

ONE, FIFTY = 1, 50
PROMISES = {
    ("one", "sslyze"): 5.0, ("one", "nmap"): 1.0, ("one", "sslscan"): 1.0, ("one", "testssl"): 60.0,
    ("fifty policy", "sslyze"): 50.0, ("fifty policy", "nmap"): 4.0, ("fifty full", "sslyze"): 20.0,
    ("fifty full", "nmap"): 1.0,
}
"""How many times longer a peer takes, at least."""
NOT_PROMISED = {("tls13", "sslscan")}
"""A C program has told 46 small answers before Python has started (docs/speed.md)."""
EXCESS = 1.10
"""Connections for all suites, at most so many times the sum of (accepted + 1) over all six versions."""
POLICY_CONNECTIONS = 13
"""For each https endpoint that keeps its policy: ten hellos, the plaintext test, the GET behind TLS, and one hello more
because the servers here have an ECDSA certificate."""
WITHOUT_TESTSSL = {name: peer for name, peer in peers.PEERS.items() if name != "testssl"}


class Table:
    """Collects rows and broken promises of one run of the bench."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def hold(self, good: bool, sentence: str) -> None:
        """Note a promise that does not hold."""
        if not good:
            self.broken.append(sentence)

    def rows(self, title: str, runs: dict[str, list[measure.Run]], us: str, answers: dict[str, str],
             memory: dict[str, float]) -> None:
        """Print one table."""
        print(f"\n### {title}\n")
        print("| tool | wall s | CPU s | peak MiB | connections | server CPU s | wall ratio | suites |")
        print("|---|---|---|---|---|---|---|---|")
        for name, each in runs.items():
            row = [f"{measure.median(each, field):{form}}" for field, form in
                   (("wall", ".3f"), ("cpu", ".2f"))] + [(
                       f"{memory[name]:.0f}"), f"{measure.median(each, 'connections'):.0f}",
                   (
                       f"{measure.median(each, 'server_cpu'):.2f}"), (
                           f"{measure.ratio(each, runs[us]):.1f}"), answers.get(name, "")]
            print(f"| {name} | {' | '.join(row)} |", flush=True)


def race(shape: str, field: dict[str, peers.Peer], count: int, rounds: int,
         servers: bed.Servers) -> tuple[dict[str, list[measure.Run]], dict[str, float]]:
    """All rounds of all contestants on one shape, and the memory of each."""
    addresses = [bed.address(number) for number in range(count)]
    environment = bed.own_process()
    commands = {name: peer.command(shape, addresses) for name, peer in field.items()}
    memory = {name: measure.peak(command, environment) for name, command in commands.items()}
    runs: dict[str, list[measure.Run]] = {name: [] for name in field}
    for _round in range(rounds):
        for name in random.sample(sorted(field), len(field)):
            runs[name].append(measure.run(commands[name], environment, servers))
    return runs, memory


def one(shape: str, rounds: int, field: dict[str, peers.Peer], servers: bed.Servers, table: Table) -> None:
    """Everything that one endpoint accepts."""
    right = peers.truth(shape, bed.address(0))
    bound = sum(len(names) for names in right.values()) + 7  # six versions, and one hello without extensions
    runs, memory = race(shape, {"ours": peers.ours("full")} | field, ONE, rounds, servers)
    answers = {name: peers.judged(peer.read(runs[name][-1].output), right)
               for name, peer in ({"ours": peers.ours("full")} | field).items()}
    suites = measure.run(peers.ours("full", "suites").command(shape, [bed.address(0)]), bed.own_process(), servers)
    counts = "+".join(str(len(right[version])) for version in sorted(right))
    table.rows(f"One endpoint, {shape} ({counts} suites), full enumeration", runs, "ours", answers, memory)
    print(f"\nSuites alone: {suites.connections} connections; bound {bound}.")
    table.hold(answers["ours"] == "right", f"{shape}: our suites differ from the truth: {answers['ours']}")
    table.hold(suites.connections <= bound * EXCESS, (
        f"{shape}: {suites.connections} connections for suites; the bound is {bound}"))
    for name in field:
        ratio = measure.ratio(runs[name], runs["ours"])
        table.hold((shape, name) in NOT_PROMISED or ratio >= PROMISES["one", name], (
            f"{shape}: {name} takes {ratio:.2f} times as long; promised {PROMISES['one', name]:.0f}"))
        table.hold(measure.median(runs["ours"], "connections") < measure.median(runs[name], "connections"),
                   f"{shape}: no fewer connections than {name}")


def fifty(rounds: int, servers: bed.Servers, table: Table) -> None:
    """Fifty endpoints in one call, at both depths."""
    field = {"policy": peers.ours("policy"), "full": peers.ours("full"),
             "nmap": peers.PEERS["nmap"], "sslyze": peers.PEERS["sslyze"]}
    runs, memory = race("intermediate", field, FIFTY, rounds, servers)
    for us in ("policy", "full"):
        table.rows(f"Fifty endpoints, ratios to {us} depth", runs, us, {}, memory)
        for name in ("nmap", "sslyze"):
            ratio, promised = measure.ratio(runs[name], runs[us]), PROMISES[f"fifty {us}", name]
            table.hold(ratio >= promised, (
                f"fifty, {us}: {name} takes {ratio:.1f} times as long; promised {promised:.0f}"))
    each = measure.median(runs["policy"], "connections") / FIFTY
    table.hold(each <= POLICY_CONNECTIONS, f"policy depth takes {each} connections for each endpoint")


def main() -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="one,testssl,fifty")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shapes", default=",".join(bed.SHAPES))
    options = parser.parse_args()
    bed.inside()
    table = Table()
    print(time.strftime("%Y-%m-%d %H:%M"), "on", bed.machine())
    print(", ".join(f"{name} {peer.version()}" for name, peer in peers.PEERS.items()), flush=True)
    with bed.servers() as servers:
        for part in options.part.split(","):
            if part == "fifty":
                fifty(options.rounds, servers, table)
            for shape in options.shapes.split(",") if part == "one" else []:
                one(shape, options.rounds, WITHOUT_TESTSSL, servers, table)
            if part == "testssl":
                one("intermediate", options.rounds, {"testssl": peers.PEERS["testssl"]}, servers, table)
    print("\n" + ("\n".join(f"BELOW ITS PROMISE: {sentence}" for sentence in table.broken) or "Every promise holds."))
    return 1 if table.broken else 0


if __name__ == "__main__":
    sys.exit(main())
