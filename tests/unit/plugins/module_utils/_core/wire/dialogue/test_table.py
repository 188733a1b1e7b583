# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every protocol that can be asked for has its dialogue, and every dialogue a protocol."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    IMPLICIT_SIBLING,
    STARTTLS_PROTOCOLS,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Inbox, Receive, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Talk, plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    PROTOCOLS,
    Endpoint,
)

ROOT = next(parent for parent in Path(__file__).parents if (parent / "galaxy.yml").exists())
HTTP = {"http", "https"}


def where(protocol):
    return Endpoint("host.example.test", DEFAULT_PORTS[protocol], protocol, "host.example.test")


def test_every_protocol_has_a_dialogue_or_is_http():
    assert set(DIALOGUES) | HTTP == set(PROTOCOLS) and not HTTP & set(DIALOGUES)


def test_the_documentation_of_the_module_names_every_protocol():
    source = (ROOT / "plugins" / "modules" / "endpoint_info.py").read_text(encoding="utf-8")
    options = yaml.safe_load(re.search(r'DOCUMENTATION = r?"""(.*?)"""', source, re.DOTALL).group(1))["options"]
    documented = options["endpoints"]["suboptions"]["protocol"]["choices"]
    assert sorted(documented) == sorted([*DIALOGUES, *HTTP])


@pytest.mark.parametrize("protocol", DIALOGUES)
def test_what_begins_in_clear_text_is_what_the_verdict_takes_for_it(protocol):
    assert DIALOGUES[protocol].starttls is (protocol in STARTTLS_PROTOCOLS)


@pytest.mark.parametrize(("clear", "implicit"), [
    (clear, implicit) for clear, implicit in IMPLICIT_SIBLING.items() if implicit in DIALOGUES])
def test_a_sibling_is_the_same_service_with_tls_from_the_first_byte(clear, implicit):
    assert DIALOGUES[clear].starttls and not DIALOGUES[implicit].starttls
    assert DIALOGUES[implicit].inject is None, "there is no upgrade to inject behind"


@pytest.mark.parametrize("protocol", DIALOGUES)
def test_only_tls_from_the_first_byte_opens_without_a_word(protocol):
    steps = DIALOGUES[protocol].opening(where(protocol))(Inbox())
    try:
        first = next(steps)
    except StopIteration as stop:
        assert stop.value.ready and protocol not in STARTTLS_PROTOCOLS
    else:
        assert isinstance(first, (Send, Receive)) and protocol in STARTTLS_PROTOCOLS


@pytest.mark.parametrize("protocol", DIALOGUES)
def test_every_dialogue_tries_plaintext_and_no_answer_is_no_pass_by_itself(protocol, drive):
    """A server that closes before a word has not refused plaintext."""
    seen = drive(plain_conversation(DIALOGUES[protocol], where(protocol)), [])
    assert seen.result.plaintext.refused is None and seen.result.away


@pytest.mark.parametrize("protocol", [name for name, dialogue in DIALOGUES.items() if dialogue.inject])
def test_an_injection_can_be_told_from_silence(protocol):
    dialogue = DIALOGUES[protocol]
    assert dialogue.starttls and dialogue.injected(b"") is False
    assert isinstance(next(dialogue.inject(where(protocol), Talk(Inbox()))), (Send, Receive))
