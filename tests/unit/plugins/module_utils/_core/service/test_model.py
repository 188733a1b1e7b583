# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The typed questions ask what they say, and answers say it well."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Printed, Setting


@pytest.mark.parametrize(("steps", "question"), [
    (model.read_text("/a"), model.ReadFile("/a")),
    (model.find_paths("/a/*"), model.ListPaths("/a/*")),
    (model.kind_of("/a"), model.KindOf("/a")),
    (model.find_writable("/a"), model.WritableByOthers("/a")),
    (model.run(["a", "b"]), model.Run(("a", "b"))),
    (model.run(["a"], 5, {"B": "2", "A": "1"}, 7, True, "/c"),
     model.Run(("a",), 5, (("A", "1"), ("B", "2")), 7, True, "/c")),
    (model.find_library("/a", "/b"), model.LinkedTo(("/a", "/b"))),
    (model.version_of("a"), model.VersionOf("a")),
])
def test_a_typed_question_is_one_question_and_returns_its_answer(steps: Any, question: model.Question) -> None:
    assert next(steps) == question
    with pytest.raises(StopIteration) as stop:
        steps.send("answer")
    assert stop.value.value == "answer"


def test_a_program_runs_as_root_only_if_no_account_is_named() -> None:
    assert (model.Run(("a",)).as_reader, model.Run(("a",)).as_owner_of) == (False, "")


def test_words_are_errors_first_and_the_problem_if_there_are_none() -> None:
    assert Printed(False, "out\n", "err\n", "it ended").words == "err\nout"
    assert Printed(False, " ", "\n", "it ended").words == "it ended"


@pytest.mark.parametrize("path", ["/a*b", "/a?b", "/a[b]c", "/plain"])
def test_a_literal_path_matches_itself_alone(path: str) -> None:
    assert fnmatch.filter([path, "/axb", "/ab", "/abc"], model.escape_pattern(path)) == [path]


def test_what_a_daemon_adds_is_part_of_what_the_library_is_given() -> None:
    assert Setting("n", "HIGH", "f", ":!EXP").effective == "HIGH:!EXP"


def test_the_hsts_that_a_file_sets() -> None:
    assert model.find_hsts('Header always set Strict-Transport-Security "max-age=300; preload" "expr=x"\n') == "max-age=300; preload"
    assert model.find_hsts("Header unset Strict-Transport-Security\n") == ""


@pytest.mark.parametrize(("host", "local"), [
    ("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("/run/x", True),
    ("unix@x", True), ("unix:/x", True), ("10.0.0.1", False), ("", False), ("app", False)])
def test_what_only_the_host_itself_reaches(host: str, local: bool) -> None:
    assert model.is_local(host) is local
