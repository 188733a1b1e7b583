# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that take old versions only from a hello without extensions, at both depths."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.bare import WITHOUT, make_bare_hello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.depth import Full
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import ask_policy
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import encode, encode_message

WHERE = Endpoint("host.example.test", 443, "https", "host.example.test")
KEEPS = {"TLSv1.2": (0xC02F, 0xC030), "TLSv1.3": (0x1301, 0x1302)}
BARE = (encode(make_bare_hello("TLSv1.1")), encode(make_bare_hello("TLSv1")))


def choosy(base, old, mute=False, **more):
    """A server that has ``old`` versions only for a hello without extensions; ``mute``: it never answers such a hello."""
    class Choosy(base):
        def _reply(self, sent):
            bare = sent in BARE
            self.suites = {**KEEPS, **dict.fromkeys(old, (47,))} if bare else KEEPS
            return b"" if bare and mute else super()._reply(sent)

    return Choosy(KEEPS, **more)


def at_policy(server, run_plan, policy="intermediate", **options):
    offers, notes, prober = of.Offers(resolve(policy=policy)), Notebook(WHERE, "policy"), Prober(converse_directly, Options(**options))
    run_plan(ask_policy(prober, notes, offers, WHERE, (), lambda outcomes: False), server.answer)
    return notes.observation()


def at_full(server, run_plan, **options):
    options = Options(depth="full", parts=("suites",), **options)
    notes, prober = Notebook(WHERE, "full"), Prober(converse_directly, options)
    run_plan(Full(WHERE, options, converse_directly, None, prober, notes).run((), ()), server.answer)
    return notes.observation()


def old_ones(seen):
    return {name for name in ("SSLv3", "TLSv1", "TLSv1.1") if seen.protocols[name].accepted}


def test_there_is_no_extension_in_it():
    hello = make_bare_hello("TLSv1.1")
    # Type and length, version, random, an empty session identifier, the suites, and null as the only compression.
    assert len(encode_message(hello)) == 4 + 2 + 32 + 1 + 2 + 2 * len(hello.suites) + 2
    assert set(of.list_suites("TLSv1.1")) < set(hello.suites)


@pytest.mark.parametrize("look", [at_policy, at_full])
@pytest.mark.parametrize("refuse", ["alert", "close"])
@pytest.mark.parametrize("old", [("TLSv1",), ("TLSv1.1",), ("TLSv1", "TLSv1.1")], ids="+".join)
def test_what_only_a_bare_hello_gets_is_seen(old, refuse, look, run_plan, fake_server):
    server = choosy(fake_server, old, refuse=refuse)
    seen = look(server, run_plan)
    assert old_ones(seen) == set(old) and seen.undecided == ()
    for version in old:
        assert seen.suites[version] == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
        assert seen.protocols[version].detail == WITHOUT


def test_what_the_policy_allows_is_not_asked_for(run_plan, fake_server):
    assert old_ones(at_policy(choosy(fake_server, ("TLSv1",)), run_plan, "old")) == set()


@pytest.mark.parametrize("look", [at_policy, at_full])
def test_a_bare_hello_without_an_answer_is_refused_only_if_it_is_so_again(look, run_plan, fake_server):
    seen = look(choosy(fake_server, (), mute=True, refuse="close"), run_plan)
    assert old_ones(seen) == set() and seen.undecided == ()


def test_what_could_not_be_asked_leaves_both_versions_open(run_plan, fake_server):
    healthy = fake_server(KEEPS)
    at_policy(healthy, run_plan)
    seen = at_policy(fake_server(KEEPS), run_plan, budget=healthy.asked - 1)
    assert {"protocols.TLSv1", "protocols.TLSv1.1"} <= set(seen.undecided)
