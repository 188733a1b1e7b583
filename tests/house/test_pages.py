# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages lead where they say, their examples are YAML, and the messages that they explain are those of the code."""

from __future__ import annotations

import re

import house_pages as rules
import yaml
from house_tree import files, none_of, sources, text

PAGES = re.compile(r"(README|CONTRIBUTING)\.md|docs/.+\.md|roles/[^/]+/README\.md|molecule/shared/README\.md")
# Other work brings these pages; the index names them already, and the site leaves them out until then.
AWAITED = ("docs/awx.md", "docs/habits.md")


def pages() -> dict[str, str]:
    """Return all pages for readers."""
    return {name: text(name) for name in files() if PAGES.fullmatch(name)}


def message_sources() -> list[str]:
    """Return the texts of everything that speaks to users."""
    found = [one for name in sources("plugins/") for one in rules.python_texts(text(name))]
    yamls = [name for name in files() if re.fullmatch(r"(roles|playbooks)/.+\.yml", name)]
    return [*found, *(rules.yaml_text(text(name)) for name in yamls)]


def test_links_lead_to_files_and_headings() -> None:
    all_pages, known = pages(), files()
    assert len(all_pages) > 50
    none_of(line for name in all_pages for line in rules.broken_links(name, all_pages, known, AWAITED))


def test_examples_are_yaml() -> None:
    found = [(name, example) for name, page in pages().items() for _, example in rules.examples(page)]
    assert len(found) > 20
    for name, example in found:
        try:
            list(yaml.safe_load_all(example))
        except yaml.YAMLError as error:
            raise AssertionError(f"{name}: an example is not YAML: {error}") from error


def test_messages_that_are_explained_stand_in_the_sources() -> None:
    messages = rules.quoted_messages(text("docs/troubleshooting.md"))
    assert len(messages) > 20
    none_of(
        f"docs/troubleshooting.md: no source says: {one}"
        for one in rules.unknown_messages(messages, message_sources())
    )


def test_a_link_to_nothing_is_noticed() -> None:
    two = {
        "docs/a.md": "# A\n[b](b.md) [c](b.md#two-words) [d](#a) `[x](no.md)`\n",
        "docs/b.md": "# B\n## Two `words`\n",
    }
    assert rules.broken_links("docs/a.md", two, two) == []
    bad = {**two, "docs/a.md": "[b](c.md) [c](b.md#three) [d](#b) [e](../README.md)"}
    assert len(rules.broken_links("docs/a.md", bad, bad)) == 4
    assert len(rules.broken_links("docs/a.md", bad, bad, ["docs/c.md"])) == 3


def test_a_message_that_no_source_says_is_noticed() -> None:
    known = [
        *rules.python_texts('def f(a):\n    return f"{a}: nothing was " f"changed in {a}. Run again."\n'),
        rules.yaml_text("fail_msg: >-\n  Set {{ name }}\n  to true.\n"),
    ]
    assert rules.unknown_messages(["… nothing was changed in …", "Set … to true."], known) == []
    assert rules.unknown_messages(["… nothing was done in …", "Run again. … nothing was", "…: …"], known) != []
    assert len(rules.unknown_messages(["… nothing was done in …", "Run again. … nothing was", "…: …"], known)) == 3
