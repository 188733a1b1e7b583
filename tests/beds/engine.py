# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file of the beds that calls podman, and how this machine wants it called.

Test hosts need addresses that the controller reaches, so podman runs as root (through
sudo where we are not).  Machines differ in which runtime works: the plain settings are
tried first, then crun and then runc with lowered limits, and the answer is kept in
``.cache/bed/engine.json`` until podman or the limits change.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bed"
CHECKOUT = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
"""Tells the hosts of two checkouts on one machine apart."""

STARTED = time.monotonic()


class BedError(Exception):
    """A test host could not be had; the message says why."""


def say(text: str) -> None:
    """Report progress: seconds since the start, then what is being done."""
    print(f"  {time.monotonic() - STARTED:6.1f} s  {text}", file=sys.stderr, flush=True)


def as_root() -> list[str]:
    """Return the words that make a command run as root."""
    return [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time of this checkout do ``name``."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Engine:
    """podman, called the way that works on this machine."""

    def __init__(self) -> None:
        if shutil.which("podman") is None:
            raise BedError("podman is not installed here: `make deps` installs what the test hosts need.")
        self.configuration: str | None = None
        self.settled = False

    def command(self, *arguments: str) -> list[str]:
        """Return the full command line of one podman call."""
        setting = [f"CONTAINERS_CONF={self.configuration}"] if self.configuration else []
        return [*as_root(), "env", "PODMAN_IGNORE_CGROUPSV1_WARNING=1", *setting, "podman", *arguments]

    def run(self, *arguments: str, stdin: str | None = None, timeout: float = 900) -> str:
        """Run podman and return what it prints; raise BedError with its own words if it fails."""
        answer = self.attempt(*arguments, stdin=stdin, timeout=timeout)
        if answer.returncode != 0:
            words = (answer.stderr.strip() or answer.stdout.strip())[-2000:]
            raise BedError(f"podman {' '.join(arguments[:2])} failed ({answer.returncode}): {words}")
        return answer.stdout.strip()

    def attempt(
        self, *arguments: str, stdin: str | None = None, timeout: float = 900
    ) -> subprocess.CompletedProcess[str]:
        """Run podman and return the whole answer, whatever it is."""
        try:
            return subprocess.run(
                self.command(*arguments), input=stdin if stdin is not None else "", text=True,
                capture_output=True, timeout=timeout, check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BedError(f"podman {' '.join(arguments[:2])} did not finish in {timeout:.0f} s.") from error

    def settle(self, image: str) -> None:
        """Find settings with which ``image`` runs here, or take the ones found before."""
        if self.settled:
            return
        version = self.attempt("--version").stdout.strip()
        limits = [resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)]
        machine = [version, limits, os.geteuid(), _hybrid_controllers()]
        memory = CACHE / "engine.json"
        with locked("engine"):
            known = json.loads(memory.read_text()) if memory.exists() else {}
            if known.get("machine") != machine:
                known = {"machine": machine, "configuration": self._first_that_works(image, limits)}
                memory.write_text(json.dumps(known))
        self.configuration = known["configuration"]
        self.settled = True

    def _first_that_works(self, image: str, limits: Sequence[int]) -> str | None:
        refusals = []
        # crun gives up on hybrid control groups as soon as the kernel moves a controller to version 2, which it does
        # between two hosts of one run; runc never does.
        for runtime in (None, "crun", "runc") if _hybrid_controllers() is None else ("runc", None, "crun"):
            if runtime and shutil.which(runtime, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
                continue
            self.configuration = _write_configuration(runtime, limits) if runtime else None
            answer = self._try_out(image)
            if answer.returncode == 0:
                say(f"containers run with {runtime + ' and lowered limits' if runtime else 'the plain settings'}")
                return self.configuration
            refusals.append(f"{runtime or 'plain'}: {answer.stderr.strip()[-300:]}")
        raise BedError("No way to run a container was found here:\n  " + "\n  ".join(refusals))

    def _try_out(self, image: str) -> subprocess.CompletedProcess[str]:
        """Run a container and build an image: building takes its limits from elsewhere and may fail alone."""
        answer = self.attempt("run", "--rm", image, "true", timeout=60)
        if answer.returncode == 0:
            recipe = f"FROM {image}\nRUN true\n"
            answer = self.attempt("build", "--quiet", "--no-cache", "--file", "-", stdin=recipe, timeout=60)
            self.attempt("rmi", answer.stdout.strip())
        return answer


def _hybrid_controllers() -> str | None:
    """Return the controllers of version 2 beside those of version 1; None where there is one version only."""
    controllers = Path("/sys/fs/cgroup/unified/cgroup.controllers")
    return controllers.read_text().strip() if controllers.exists() else None


def _write_configuration(runtime: str, limits: Sequence[int]) -> str:
    """Write a containers.conf for ``runtime`` with limits that an ordinary process may set."""
    files = min(value for value in (limits[0], 65536) if value > 0)
    # A process limit near the hard limit is refused by the monitor that sets it; 4096 never was.
    processes = min(value for value in (limits[1], 4096) if value > 0)
    path = CACHE / f"containers-{runtime}.conf"
    path.write_text(
        "[containers]\n"
        f'default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]\n'
        "[engine]\n"
        f'runtime = "{runtime}"\n'
        "[network]\n"
        'network_backend = "netavark"\n'
    )
    return str(path)
