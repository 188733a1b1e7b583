# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Processes that began before a file changed, with a real parent and real children at a real port."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import workers

# Like Postfix's master: it opens the port, and a child waits there with it.
SERVER = """
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if not child:
    sys.stdin.read()
    os._exit(0)
print(server.getsockname()[1], child, flush=True)
os.waitpid(child, 0)
"""


class Daemon(NamedTuple):
    """The port where both wait, and the child."""

    port: int
    child: int


@contextmanager
def running() -> Iterator[Daemon]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        port, child = (int(word) for word in it.stdout.readline().split())
        try:
            yield Daemon(port, child)
        finally:
            it.kill()
            os.kill(child, 9)


def a_moment() -> None:
    # The kernel counts the start of a process in hundredths of a second.
    time.sleep(0.05)


def test_a_worker_that_is_older_than_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "main.cf"
    with running() as daemon:
        a_moment()
        path.write_text("x = y\n")
        (sentence,) = workers.find_outdated([daemon.port], [str(path), str(tmp_path / "missing")])
        assert sentence.startswith(f"Process {daemon.child} at port {daemon.port} ") and str(path) in sentence
        assert workers.find_outdated([daemon.port + 1], [str(path)]) == []


def test_a_worker_that_began_after_the_files_is_not(tmp_path: Path) -> None:
    path = tmp_path / "main.cf"
    path.write_text("x = y\n")
    a_moment()
    with running() as daemon:
        assert workers.find_outdated([daemon.port], [str(path)]) == []


def test_a_link_that_was_switched_to_an_older_file_counts(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cert.pem").write_text("a certificate\n")
    (tmp_path / "current").symlink_to("old")
    (tmp_path / "live.pem").symlink_to("current/cert.pem")
    path = str(tmp_path / "live.pem")
    a_moment()
    with running() as daemon:
        assert workers.find_outdated([daemon.port], [path]) == []
        a_moment()
        (tmp_path / "beside").symlink_to("new")
        (tmp_path / "beside").rename(tmp_path / "current")
        assert len(workers.find_outdated([daemon.port], [path])) == 1


def test_a_file_from_the_future_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "main.cf"
    with running() as daemon:
        a_moment()
        path.write_text("x = y\n")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now - 86400)
        assert workers.find_outdated([daemon.port], [str(path)]) == []
