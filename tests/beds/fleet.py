# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bed is a named set of hosts; everything about it is found again by label, never by a list kept aside.

Raising a bed that stands changes nothing.  Only containers with this checkout's and
this bed's label are ever stopped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine import CACHE, CHECKOUT, BedError, Engine, locked, say
from images import ensure_image

BED_LABEL = "intransit.tls.bed"
CHECKOUT_LABEL = "intransit.tls.checkout"
USER = "ops"
# What root of a real host may do and root of a container may not unless told:
# stop a process by its executable (slapd's init script), units with own mount
# namespaces (HAProxy, Valkey), capability switching (pure-ftpd), audit records (sshd).
CAPABILITIES = {
    "DAC_READ_SEARCH": 2, "NET_ADMIN": 12, "NET_RAW": 13, "IPC_LOCK": 14, "SYS_PTRACE": 19, "SYS_ADMIN": 21,
    "SYS_NICE": 23, "MKNOD": 27, "AUDIT_WRITE": 29,
}


@dataclass(frozen=True)
class Host:
    """A host to raise: its name in the inventory and the release it runs."""

    name: str
    release: str
    bare: bool = False
    """Whether it is raised without the capabilities of a real host: systemd then goes on without namespaces."""

    @classmethod
    def parse(cls, word: str) -> Host:
        """Read ``debian12``, ``NAME=debian12`` or ``NAME=debian12:bare``."""
        name, _, told = word.rpartition("=")
        release, _, form = told.partition(":")
        if form not in ("", "bare"):
            raise BedError(f"'{word}' ends with '{form}'; the only form of a host is 'bare'.")
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name or release):
            raise BedError(f"'{name or release}' is no host name: letters, digits and dashes, please.")
        return cls(name or release, release, form == "bare")


@dataclass(frozen=True)
class Bed:
    """A named set of hosts of this checkout."""

    name: str

    @property
    def folder(self) -> Path:
        """Return the folder with the bed's inventory and SSH files."""
        return CACHE / "beds" / self.name

    @property
    def inventory(self) -> Path:
        """Return the path of the bed's Ansible inventory."""
        return self.folder / "inventory.yml"

    @property
    def ssh_config(self) -> Path:
        """Return the path of the bed's SSH client configuration."""
        return self.folder / "ssh_config"

    def container(self, host: str) -> str:
        """Return the name of the container that is ``host``."""
        return f"itls-{CHECKOUT}-{self.name}-{host}"


def private_key() -> Path:
    """Return the SSH key with which every host of this checkout is reached, made once."""
    key = CACHE / "ssh" / "id_ed25519"
    with locked("ssh"):
        if not key.exists():
            key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "intransit.tls test hosts", "-f", str(key)],
                check=True, stdin=subprocess.DEVNULL,
            )
    return key


def raise_bed(engine: Engine, bed: Bed, hosts: Sequence[Host],
              image_of: Callable[[Engine, str], str] = ensure_image) -> dict[str, str]:
    """Start the hosts of ``bed`` that do not run yet and write its inventory; return their addresses by name."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", bed.name):
        raise BedError(f"'{bed.name}' is no name for a bed: letters, digits, dashes and underscores, please.")
    releases = sorted({host.release for host in hosts})
    with ThreadPoolExecutor(2) as pool:
        # The first image also settles how containers are run here; the second then knows.
        images = dict(zip(releases, pool.map(lambda release: image_of(engine, release), releases), strict=True))
    public = private_key().with_suffix(".pub").read_text()
    bed.folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda host: _raise_host(engine, bed, host, images[host.release], public), hosts))
    _write_files(bed, rows)
    say(f"bed {bed.name}: {', '.join(f'{row[0].name} {row[1]}' for row in rows)} up ({time.monotonic() - begin:.0f} s)")
    return {host.name: address for host, address, _key in rows}


def strike_bed(engine: Engine, bed: Bed) -> list[str]:
    """Stop and remove the hosts of ``bed``; return their container names."""
    removed = _containers(engine, bed)
    if removed:
        engine.run("rm", "--force", "--time", "0", "--volumes", *removed)
    shutil.rmtree(bed.folder, ignore_errors=True)
    return removed


def standing_beds(engine: Engine) -> dict[str, list[str]]:
    """Return the containers of this checkout that run, by bed."""
    lines = engine.run(
        "ps", "--all", "--filter", f"label={CHECKOUT_LABEL}={CHECKOUT}",
        "--format", f'{{{{index .Labels "{BED_LABEL}"}}}} {{{{.Names}}}}',
    ).splitlines()
    beds: dict[str, list[str]] = {}
    for line in lines:
        bed, _, container = line.partition(" ")
        beds.setdefault(bed, []).append(container)
    return beds


def _containers(engine: Engine, bed: Bed) -> list[str]:
    return engine.run(
        "ps", "--all", "--filter", f"label={CHECKOUT_LABEL}={CHECKOUT}", "--filter", f"label={BED_LABEL}={bed.name}",
        "--format", "{{.Names}}",
    ).splitlines()


def _raise_host(engine: Engine, bed: Bed, host: Host, image: str, public: str) -> tuple[Host, str, str]:
    container = bed.container(host.name)
    running = engine.attempt("inspect", "--format", "{{.State.Running}}", container)
    if running.returncode != 0:
        engine.run(
            "run", "--detach", "--name", container, "--hostname", f"{host.name}.{bed.name.replace('_', '-')}.test",
            "--label", f"{CHECKOUT_LABEL}={CHECKOUT}", "--label", f"{BED_LABEL}={bed.name}",
            "--systemd=always", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
            *(f"--cap-add={name}" for name in _allowed({} if host.bare else CAPABILITIES)), image,
        )
    elif running.stdout.strip() != "true":
        engine.run("start", container)
    _wait_for_boot(engine, container)
    answer = engine.run(
        "exec", "--interactive", container, "sh", "-c",
        f"cat > /home/{USER}/.ssh/authorized_keys && chown {USER}: /home/{USER}/.ssh/authorized_keys"
        " && cat /etc/ssh/ssh_host_ed25519_key.pub",
        stdin=public,
    )
    address = engine.run("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", container)
    if not address.split():
        raise BedError(f"{host.name} got no network address.")
    return host, address.split()[0], " ".join(answer.split()[:2])


def _wait_for_boot(engine: Engine, container: str, limit: float = 90) -> None:
    end = time.monotonic() + limit
    state = "nothing"
    while time.monotonic() < end:
        answer = engine.attempt("exec", container, "systemctl", "is-system-running", "--wait", timeout=limit)
        state = answer.stdout.strip() or answer.stderr.strip()
        if state == "running":
            return
        if state == "degraded":
            failed = engine.run("exec", container, "systemctl", "--failed", "--no-legend", "--plain")
            say(f"{container}: booted with failed units: {failed}")
            return
        time.sleep(0.3)
    raise BedError(f"{container} did not boot within {limit:.0f} s; systemd says: {state}")


def _allowed(wanted: dict[str, int]) -> Iterable[str]:
    """Return those capabilities that this machine itself has to give."""
    status = Path("/proc/self/status").read_text()
    bounding = int(next(line for line in status.splitlines() if line.startswith("CapBnd")).split()[1], 16)
    return [name for name, bit in wanted.items() if bounding >> bit & 1]


def _write_files(bed: Bed, rows: Sequence[tuple[Host, str, str]]) -> None:
    known_hosts = bed.folder / "known_hosts"
    known_hosts.write_text("".join(f"{address} {key}\n" for _, address, key in rows))
    strict = f"-o UserKnownHostsFile={known_hosts} -o StrictHostKeyChecking=yes"
    bed.ssh_config.write_text("".join(
        f"Host {host.name}\n  HostName {address}\n  User {USER}\n  IdentityFile {private_key()}\n"
        f"  IdentitiesOnly yes\n  UserKnownHostsFile {known_hosts}\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n"
        for host, address, _ in rows
    ))
    lines = ["# Made by tests/beds/hosts; raise the bed again to make it again.", "all:", "  vars:",
             f"    ansible_user: {USER}", f"    ansible_ssh_private_key_file: '{private_key()}'",
             f"    ansible_ssh_common_args: '{strict}'", "    ansible_python_interpreter: /usr/bin/python3",
             # The hosts call themselves by these names, and the private CA signs only names that the controller allows.
             f"    tls_ca_names: ['.{bed.name.replace('_', '-')}.test']",
             "  children:", "    bed:", "      hosts:"]
    for host, address, _ in rows:
        lines += [f"        {host.name}:", f"          ansible_host: {address}"]
    bed.inventory.write_text("\n".join(lines) + "\n")
