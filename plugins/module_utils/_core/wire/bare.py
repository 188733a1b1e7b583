# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Old versions that a server takes only from an old client: a hello without any extension.

Extensions came with RFC 3546 and RFC 4346, so the oldest clients of TLS 1.0 and 1.1 name no server, no group
and no extended master secret.  A server, or a box in front of it, may know them by that.
"""

from __future__ import annotations

from collections.abc import Collection, Generator

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello

OLD = ("TLSv1.1", "TLSv1", "SSLv3")
"""Newest first.  SSL 3.0 has no extensions, so it is never asked for here, but may be the answer."""
RENEGOTIATION_SCSV = 0x00FF
"""Says what renegotiation_info says to servers that insist on it (RFC 5746 section 3.3)."""
WITHOUT = "Only a ClientHello without extensions is accepted."


def make_bare_hello(version: str) -> ClientHello:
    """Everything that a version has, and no extension."""
    return ClientHello(version=version, suites=(*of.list_suites(version), RENEGOTIATION_SCSV), plain=True)


def ask_bare(prober: Prober, notes: Notebook,
             versions: Collection[str] = OLD) -> Generator[Request, "list[Outcome]", "dict[str, Answer]"]:
    """Ask once more for those of ``versions`` that were refused, all at once: the server answers with its newest.

    Only if it accepts one, the version below is asked for as well.  Returns the accepted answers by version.
    """
    found: "dict[str, Answer]" = {}
    left = [version for version in OLD[:2] if version in versions and notes.accepted(version) is False]
    while left and notes.denied is None:
        answer = (yield from prober.ask([Question(make_bare_hello(left[0]))]))[0]
        chosen = answer.look.choice.version if answer.look.choice is not None else None
        if chosen not in OLD or chosen not in versions:
            _not_accepted(notes, answer, left)
            break
        question = Question(replace(make_bare_hello(left[0]), version=chosen))
        found[chosen] = replace(answer, question=question, accepted=True, cause="accepted", detail=WITHOUT)
        notes.learn(found[chosen])
        left = [version for version in left if OLD.index(version) > OLD.index(chosen)]
    return found


def _not_accepted(notes: Notebook, answer: Answer, left: "list[str]") -> None:
    """A refusal holds for the newest version; what could not be told leaves all of them open."""
    for version in left if answer.accepted is None else left[:1]:
        notes.learn(replace(answer, question=Question(make_bare_hello(version))))
