# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of depth ``full``: everything that a server offers, part by part.

Parts can be left out, so that only what is wanted costs connections; ``suites`` is what all
others build upon and is always there.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.groups import find_groups, find_schemes
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track, ask_versions, peel
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

Steps = Generator[Request, "list[Outcome]", Any]


class Full:
    """The parts of a full look at one endpoint, and what they hand to one another."""

    def __init__(self, endpoint: Endpoint, options: Options, opening: Opening, dialogue: Optional[Dialogue],
                 prober: Prober, notes: Notebook) -> None:
        self._endpoint = endpoint
        self._options = options
        self._opening = opening
        self._dialogue = dialogue
        self._prober = prober
        self._notes = notes
        self._first: "dict[str, Answer]" = {}
        self._tracks: "dict[str, Track]" = {}

    def run(self, first_beside: Sequence[Ask], then_beside: Sequence[Ask]) -> Steps:
        """Ask everything.  Returns the outcomes of the two others, both empty where nothing answered."""
        self._first = yield from ask_versions(self._prober, self._notes, self._endpoint, list(first_beside))
        if not self._prober.reached:
            return (), ()
        seen_first = self._prober.beside
        if not self._notes.any_accepted:
            return seen_first, ()
        self._tracks = yield from peel(self._prober, self._notes, self._first)
        if "groups" in self._options.parts:
            yield from find_groups(self._prober, self._notes, self._endpoint, self._tracks)
        if "schemes" in self._options.parts:
            yield from find_schemes(self._prober, self._notes, self._endpoint, self._tracks)
        seen_then: Sequence[Outcome] = ()
        if "details" in self._options.parts:
            seen_then = yield from self._behind().details(list(then_beside))
        elif then_beside:
            yield from self._prober.ask([], then_beside)
            seen_then = self._prober.beside
        if "flaws" in self._options.parts:
            yield from self._behind().flaws()
        return seen_first, seen_then

    def _behind(self) -> Any:
        # Sessions of our own are a lot to import for who only wants suites and groups.
        from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.behind import Behind

        return Behind(self._endpoint, self._opening, self._dialogue, self._prober, self._notes, self._first,
                      self._tracks)
