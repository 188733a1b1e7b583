# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make oracle`: raise the daemons, ask everybody, print who disagrees with the truth about what.

    compare.py [--release debian12] [--target "slapd 389"] [--without testssl.sh]

The truth is one client handshake for each suite and version (see truth.py).  Ends red when the
engine differs from it; a peer that does is printed and explained in docs/peers.md.
"""

from __future__ import annotations

import argparse
import sys
import time

from daemons import TARGETS, Hosts, Target
from images import RELEASES
from ours import VERSIONS, Findings, ask_truth, engine
from peers import PEERS

OURS = "endpoint_info"


def differences(found: Findings, truth: Findings) -> list[str]:
    """What one client says otherwise, in words."""
    words = [found.note] if found.note else []
    if not found.suites:
        return words
    for version in VERSIONS:
        missing, more = truth.suites[version] - found.suites[version], found.suites[version] - truth.suites[version]
        words += [f"{version}: {sign} {_names(names, truth.suites[version])}"
                  for sign, names in (("misses", missing), ("adds", more)) if names]
    if found.groups is not None and truth.groups is not None:
        words += [f"groups: {sign} {_names(names, truth.groups)}" for sign, names in (
            ("misses", truth.groups - found.groups), ("adds", found.groups - truth.groups)) if names]
    return words


def _names(names: set[str], whole: set[str]) -> str:
    if names == whole:
        return f"all {len(names)}"
    return ", ".join(sorted(names)) if len(names) <= 3 else f"{len(names)}, such as {min(names)}"


def compare(hosts: Hosts, release: str, target: Target, truth: Findings, chosen: list[str]) -> bool:
    """Ask everybody about one port and print what differs; True where the engine is right."""
    counts = "+".join(str(len(truth.suites[version])) for version in VERSIONS)
    print(f"\n{release} {target.name}: {counts} suites, {len(truth.groups or ())} groups", flush=True)
    address = hosts.address[release]
    right = False
    for name in (OURS, *(chosen if target.peers else ())):
        begun = time.monotonic()
        if name == OURS:
            found = engine(address, target)
            right = not (words := differences(found, truth)) and all(
                (found.preference or {}).get(version) == said for version, said in (truth.preference or {}).items())
        else:
            with hosts.patient(release):
                words = differences(PEERS[name](hosts, address, target), truth)
        print(f"  {name:14}{time.monotonic() - begun:7.1f} s  {'; '.join(words) or 'equal'}", flush=True)
    return right


def main() -> int:
    """Compare, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", choices=RELEASES, action="append")
    parser.add_argument("--target", choices=[target.name for target in TARGETS], action="append")
    parser.add_argument("--without", choices=PEERS, action="append", default=[])
    parser.add_argument("--quick", action="store_true", help="the truth by taking the chosen suite off the list")
    options = parser.parse_args()
    targets = [target for target in TARGETS if not options.target or target.name in options.target]
    chosen = [name for name in PEERS if name not in options.without]
    wrong = []
    with Hosts("oracle") as hosts:
        for release in options.release or RELEASES:
            begun = time.monotonic()
            with hosts.patient(release):
                truths = ask_truth(hosts, release, targets, each=not options.quick)
            print(f"{release}: the truth took {time.monotonic() - begun:.0f} s")
            wrong += [f"{release} {target.name}" for target, truth in zip(targets, truths, strict=True)
                      if not compare(hosts, release, target, truth, chosen)]
    print(f"\n{OURS} differs from the truth on: {', '.join(wrong) or 'nothing'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
