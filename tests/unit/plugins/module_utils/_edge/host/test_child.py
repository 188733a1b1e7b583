# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A child does the work in its own place, gives back data or an error, and never outlives its parent."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ConfirmationError,
    TransactionError,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import child


def nowhere() -> None:
    pass


def test_data_comes_back_and_nothing_else_changes() -> None:
    state = {"n": 1}

    def call() -> object:
        state["n"] = 2
        return {"pid": os.getpid(), "text": "\udcff"}

    answer = child.run(call, nowhere, 10)
    assert answer["pid"] != os.getpid() and answer["text"] == "\udcff" and state == {"n": 1}


def test_an_error_comes_back_as_itself() -> None:
    def call() -> object:
        raise ConfirmationError("no TLS", {"findings": [1]})

    with pytest.raises(ConfirmationError, match="no TLS") as caught:
        child.run(call, nowhere, 10)
    assert caught.value.details == {"findings": [1]}


def test_a_defect_is_an_error_and_no_answer() -> None:
    with pytest.raises(TransactionError, match="ZeroDivisionError"):
        child.run(lambda: 1 // 0, nowhere, 10)
    with pytest.raises(TransactionError, match="without an answer"):
        child.run(lambda: os._exit(0), nowhere, 10)


def test_a_place_that_cannot_be_entered_is_an_error() -> None:
    with pytest.raises(TransactionError, match="FileNotFoundError"):
        child.run(lambda: "never", child.network_of(2 ** 22 + 1), 10)


def test_time_and_watch_end_it() -> None:
    begun = time.monotonic()
    with pytest.raises(TransactionError, match="no answer in time"):
        child.run(lambda: time.sleep(60), nowhere, 0.3)
    with pytest.raises(TransactionError, match="the daemon ended"):
        child.run(lambda: time.sleep(60), nowhere, 60, lambda: "the daemon ended")
    assert time.monotonic() - begun < 20


def test_a_long_answer_arrives_whole() -> None:
    assert child.run(lambda: "x" * 3_000_000, nowhere, 30) == "x" * 3_000_000


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    parent = os.fork()
    if parent == 0:
        def call() -> None:
            mark.write_text(str(os.getpid()))
            time.sleep(60)

        child.run(call, nowhere, 60)
        os._exit(0)
    for _each in range(200):
        if mark.exists() and mark.read_text():
            break
        time.sleep(0.05)
    worker = int(mark.read_text())
    os.kill(parent, 9)
    os.waitpid(parent, 0)
    for _each in range(200):
        try:
            with open(f"/proc/{worker}/stat", encoding="ascii") as stream:
                if stream.read().split()[2] == "Z":
                    return
        except OSError:
            return
        time.sleep(0.05)
    raise AssertionError("the child outlives its parent")
