# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a test instance: start it as a transient unit, wait for it, probe it in its own network, end it.

systemd owns it: it ends after its time whatever becomes of this process, with all that
it started.  Its unit has a fixed name for each service, and the next run, which holds
the service's lock, ends a left-over first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change import instance_script as script
from ansible_collections.intransit.tls.plugins.module_utils._core.change import mounts
from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import TestInstance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import instance_log, instance_unit
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_folder import (
    Scratch,
    list_root_folders,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import addresses, child, listeners

_PAUSE = 0.02
_TIME_TO_DIE = 1.0
_PROBE = 60.0
"""Seconds for all probes of a test instance together."""


@dataclass(frozen=True)
class Wanted:
    """What the test instance has to find changed."""

    files: Mapping[str, State]
    programs: tuple[script.Program, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What came of it."""

    possible: bool = True
    """False: this host cannot run a test instance; ``reason`` says why."""
    started: bool = False
    ok: bool = False
    reason: str = ""
    words: str = ""
    """What the daemon itself said."""
    seconds: float = 0.0


Probe = Callable[[], str]
"""Run in the test instance's network; returns what is wrong, empty if nothing is."""


def try_out(service: str, spec: TestInstance, wanted: Wanted, endpoints: Sequence[Mapping[str, Any]],
            probe: Optional[Probe]) -> Trial:
    """Start a test instance with ``wanted`` in its overlays; end and remove it again.

    Raises:
        TransactionError: its description names an account or a folder that this host cannot give.
    """
    begun = time.monotonic()
    scratch = Scratch(service)
    unit = instance_unit.Unit(service)
    with _swept(unit, scratch):
        try:
            layout = _layout(spec, wanted, endpoints, scratch)
            scratch.write("start", script.write_script(layout, scratch.path))
            scratch.write("words", "")
            started = unit.start(scratch, spec)
        except OSError as error:
            return Trial(possible=False, reason=f"{error.filename or 'a folder for it'}: {error.strerror}")
        if started:
            return Trial(possible=False, reason=started)
        found = _outcome(unit, scratch, spec, endpoints, probe)
    return Trial(found.possible, found.started, found.ok, found.reason, found.words, time.monotonic() - begun)


@contextmanager
def _swept(unit: "instance_unit.Unit", scratch: Scratch) -> Iterator[None]:
    unit.end()
    scratch.remove()
    scratch.make()
    try:
        yield
    finally:
        unit.end()
        scratch.remove()


def _layout(spec: TestInstance, wanted: Wanted, endpoints: Sequence[Mapping[str, Any]], scratch: Scratch
            ) -> script.Layout:
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as stream:
        mounted = mounts.read_table(stream.read())
    single = {path for path in mounted if not os.path.isdir(path)}
    covered = mounts.plan_mounts(mounted, list_root_folders(), single, scratch.path)
    scratch.skeleton(covered)
    placed = scratch.stage(wanted.files)
    for number, item in enumerate(wanted.programs):
        scratch.write(os.path.join("staged", f"input-{number}"), item.text.decode("utf-8", "surrogateescape"))
    account, without = instance_unit.account_of(spec.unit)
    return script.Layout(
        argv=spec.command,
        network=os.readlink("/proc/self/ns/net"),
        mounting=os.readlink("/proc/self/ns/mnt"),
        mounts=covered,
        memory=tuple(instance_unit.read_memory(folder) for folder in spec.temporary),
        remove=spec.remove,
        sockets=spec.sockets,
        placed=placed,
        programs=wanted.programs,
        log=spec.log,
        addresses=tuple(addresses.find_own()),
        account=account,
        without=without,
    )


def _outcome(unit: "instance_unit.Unit", scratch: Scratch, spec: TestInstance,
             endpoints: Sequence[Mapping[str, Any]], probe: Optional[Probe]) -> Trial:
    reason = _ready(unit, scratch, spec, {read_endpoint(row).port for row in endpoints})
    if not reason and probe is not None:
        seen = _probed(unit, scratch, spec, probe)
        return Trial(started=True, ok=not seen, reason=seen, words=_words(scratch, spec))
    ended = unit.ended(scratch)
    if reason and ended is not None and ended.status == script.CANNOT:
        return Trial(possible=False, reason=_words(scratch, spec).strip().splitlines()[-1])
    return Trial(started=not reason, ok=not reason, reason=reason, words=_words(scratch, spec))


def _ready(unit: "instance_unit.Unit", scratch: Scratch, spec: TestInstance, ports: "set[int]") -> str:
    """Wait until the daemon listens on all its ports; returns why it never will, empty if it does."""
    deadline = time.monotonic() + spec.patience
    pid = 0
    while True:
        over = _over(unit, scratch, spec)
        if over:
            return over
        if not pid and os.path.exists(scratch.of("begun")):
            pid = unit.main_pid()
        missing = ports - {row.port for row in listeners.list_listening(pid=pid)} if pid else ports
        if pid and not missing and (not spec.ready or os.path.lexists(f"/proc/{pid}/root{spec.ready}")):
            break
        if time.monotonic() > deadline:
            return (
                f"it was not ready within {spec.patience:.0f} "
                f"s{' (nothing listens on {})'.format(', '.join(map(str, sorted(missing)))) if missing else ''}; a "
                "private key with a passphrase makes a daemon wait for one")
        time.sleep(_PAUSE)
    # Some read their TLS settings only after the port is open; one that shows nothing at all gets time to die.
    time.sleep(spec.settle if ports or spec.ready else max(spec.settle, _TIME_TO_DIE))
    return _over(unit, scratch, spec)


def _over(unit: "instance_unit.Unit", scratch: Scratch, spec: TestInstance) -> str:
    """Return why it makes no sense to wait any longer, empty if it does."""
    ended = unit.ended(scratch)
    if ended is not None:
        return f"it ended with {ended.describe()}"
    line = instance_log.find_lost(_lines(scratch), spec.fatal)
    return f"it gave up ({line})" if line else ""


def _probed(unit: "instance_unit.Unit", scratch: Scratch, spec: TestInstance, probe: Probe) -> str:
    try:
        return str(child.run(probe, child.network_of(unit.main_pid()), _PROBE, lambda: _over(unit, scratch, spec)))
    except TransactionError as error:
        return error.message


def _lines(scratch: Scratch) -> list[str]:
    return [*instance_log.lines_of(scratch.of("output")), *instance_log.lines_of(scratch.of("words"))]


def _words(scratch: Scratch, spec: TestInstance) -> str:
    return instance_log.quote_lines(_lines(scratch), spec.telling)
