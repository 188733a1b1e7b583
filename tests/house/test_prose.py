# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Task names, option texts, README and docs say what they mean in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable

import house_prose as rules
import pytest
from house_tree import files, none_of, text

Reader = Callable[[str], list[str]]
READERS: tuple[tuple[str, Reader], ...] = (
    (r"roles/[^/]+/(tasks|handlers)/.+\.yml|playbooks/[^/]+\.yml", rules.task_names),
    (r"roles/[^/]+/meta/argument_specs\.yml|plugins/filter/[^/]+\.yml", rules.option_texts),
    (r"plugins/(modules|doc_fragments)/[^/]+\.py", rules.module_texts),
    (r"(README|CONTRIBUTING)\.md|docs/[^/]+\.md|(roles/[^/]+|molecule/shared)/README\.md", rules.page_texts),
)
TASK = "- name: Issue the certificate\n  debug:\n- name: {}\n  debug:\n"
SPEC = "argument_specs:\n  main:\n    options:\n      port:\n        description: [The port., '{}']\n"
MODULE = 'DOCUMENTATION = r"""\nmodule: x\noptions:\n  a:\n    suboptions:\n      b:\n        description: {}\n"""\n'
PAGE = "# X\n\nA page.\n\n* one\n* {}\n"


@pytest.mark.parametrize(("pattern", "reader"), READERS)
def test_what_users_read_is_free_of_the_old_habits(pattern: str, reader: Reader) -> None:
    names = [name for name in files() if re.fullmatch(pattern, name)]
    read = {name: reader(text(name)) for name in names}
    assert names and any(read.values())
    none_of([line for name, texts in read.items() for line in rules.habits(name, texts)])


@pytest.mark.parametrize("words", [
    "Read what is there", "Stop if nobody answers", "Keep somebody else''s file", "Show it beside the verdict",
    "Profile that holds, intermediate where nothing is said", "All services where not given", "Keep others'' lines",
    "The service shall run", "Null where it could not be told",
])
@pytest.mark.parametrize(("sample", "reader"), [
    (TASK, rules.task_names), (SPEC, rules.option_texts), (MODULE, rules.module_texts), (PAGE, rules.page_texts),
])
def test_each_habit_is_noticed_in_each_kind_of_text(sample: str, reader: Reader, words: str) -> None:
    assert len(rules.habits("x", reader(sample.format(words)))) == 1


def test_a_habit_that_is_broken_over_two_lines_is_noticed() -> None:
    assert rules.habits("x", rules.page_texts("The default holds where nothing\nis said.\n"))


@pytest.mark.parametrize("sentence", [
    "Besides, TLS 1.3 is offered.", "Runs as `nobody`.", "V(nobody) is the user.", "The folder where the files are.",
    "It shallow-copies.",
])
def test_plain_words_pass(sentence: str) -> None:
    assert not rules.habits("x", [sentence])


def test_blocks_of_code_do_not_count() -> None:
    page = "One.\n\n```sh\nls nobody\n```\n\nTwo.\n"
    assert [paragraph.strip() for paragraph in rules.page_texts(page)] == ["One.", "Two."]
