# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A systemd-run and a systemctl that start, show and end a real process, in the network and mounts of this one."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.change import instance
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_folder import Scratch

_START = """
for last; do :; done
folder=${last%%/start}
cp -r "$folder" %(seen)s
: >"$folder/begun"
setsid /bin/sh -c '( %(daemon)s )
code=$?; [ ! -d "$1" ] || SERVICE_RESULT=exit-code EXIT_STATUS=$code /bin/sh "$1/at-the-end"' sh "$folder" >>"$folder/output" 2>&1 &
echo $! >%(pid)s
"""
_CONTROL = """
case "$1 $*" in
*LoadState*) [ -f %(pid)s ] && echo loaded || echo not-found;;
*MainPID*) cat %(pid)s 2>/dev/null || echo 0;;
"stop "*) kill -9 -$(cat %(pid)s) 2>/dev/null; rm -f %(pid)s; echo stop >>%(verbs)s;;
esac
exit 0
"""
_LISTEN = """
import socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listening:
    while True:
        listening.accept()[0].close()
"""


class FakeSystemd:
    """What a test says about the next test instance, and what was seen of it."""

    def __init__(self, folder: Path, program: Callable[[str, str], Path]) -> None:
        self.folder, self._program = folder, program
        self.scratch = folder / "run" / "test" / "x"
        self._places = {name: shlex.quote(str(folder / name)) for name in ("pid", "verbs", "seen")}
        program("systemctl", _CONTROL % self._places)

    def daemon(self, script: str) -> None:
        """Start this, without single quotes, in place of the start script."""
        self._program("systemd-run", _START % {"daemon": script, **self._places})

    def refuse(self, words: str) -> None:
        self._program("systemd-run", f"echo {shlex.quote(words)} >&2; exit 1\n")

    def listen(self, port: int) -> None:
        """Start a server that takes connections and says nothing."""
        script = self.folder / "listen.py"
        script.write_text(_LISTEN)
        self.daemon(f"exec {sys.executable} {script} 127.0.0.1 {port}")

    @property
    def seen(self) -> Path:
        """A copy of the folder of the test instance as its unit found it."""
        return self.folder / "seen"

    @property
    def stops(self) -> int:
        path = self.folder / "verbs"
        return len(path.read_text().split()) if path.exists() else 0

    def left(self) -> list[str]:
        """Return what is left of the test instance: its folder, its unit."""
        return [str(path) for path in (self.scratch, self.folder / "pid") if path.exists()]


@pytest.fixture
def systemd(tmp_path: Path, program: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> FakeSystemd:
    monkeypatch.setattr(instance, "Scratch", lambda service: Scratch(service, str(tmp_path / "run")))
    # Mounts of this machine are of no interest: the start script, which covers them, does not run here.
    monkeypatch.setattr(instance.mounts, "read_table", lambda _text: {})
    (tmp_path / "etc").mkdir()
    monkeypatch.setattr(instance, "list_root_folders", lambda: [str(tmp_path / "etc")])
    # Only root may enter the network of another process; here it is the same one.
    monkeypatch.setattr(instance.child, "network_of", lambda _pid: lambda: None)
    monkeypatch.setattr(instance, "_TIME_TO_DIE", 0.5)
    return FakeSystemd(tmp_path, program)
