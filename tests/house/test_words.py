# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every source file says under which licence it is; words that hide errors or name places stay out."""

from __future__ import annotations

import house_words as rules
import pytest
from house_tree import ROOT, files, none_of, text


def readable(name: str) -> bool:
    try:
        text(name)
    except UnicodeDecodeError:
        return False
    return name != "LICENSE" and not (ROOT / name).is_symlink()


FILES = [name for name in files() if readable(name)]
# Test data may hold whatever a real system says.
OWN_WORDS = [name for name in FILES if not name.startswith("tests/data/")]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 50


def test_every_source_file_has_its_head() -> None:
    none_of([line for name in FILES if rules.needs_head(name, text(name)) for line in rules.head(name, text(name))])


def test_no_file_has_a_forbidden_word() -> None:
    none_of([line for name in OWN_WORDS for line in rules.forbidden(name, text(name))])


@pytest.mark.parametrize("line", [
    "ignore" + "_errors: true",
    "  ansible.builtin.set" + "_fact:",
    "# TO" + "DO: later",
    "import x  # no" + "qa",
    "x = y  # type: ig" + "nore",
    "image: docker" + ".io/library/x",
    "deb http://deb.deb" + "ian.org/debian x main",
    "path: /wo" + "rk/main",
    "failed_when" + ": false",
])
def test_a_forbidden_word_is_noticed(line: str) -> None:
    assert rules.forbidden("roles/x/tasks/main.yml", line)


@pytest.mark.parametrize("text_", [
    "# the result is judged by the next task\nfailed_when" + ": false",
    "workdir: /srv/work",
    "notify: nothing",
])
def test_an_allowed_word_passes(text_: str) -> None:
    assert not rules.forbidden("roles/x/tasks/main.yml", text_)


def test_a_missing_head_is_noticed() -> None:
    assert len(rules.head("a.py", "import x\n")) == 2
    assert not rules.head("a.py", f"# {rules.LICENSE}\n# {rules.COPYRIGHT}\n")
    assert rules.needs_head("tests/tools/deps", "#!/bin/sh\n")
    assert not rules.needs_head("docs/x.md", "# X\n")
