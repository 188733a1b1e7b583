# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every kind of change can do: read the present state, plan, apply, restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import Program
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State


class Kind:
    """One kind of change.  A new kind is one file with a subclass, and a row in the registry.

    ``identity`` must be enough for ``restore`` to work in a later process that knows
    nothing but the journal.
    """

    name = ""
    required: "tuple[str, ...]" = ()
    optional: "tuple[str, ...]" = ()

    def identity(self, change: Change) -> dict[str, Any]:
        """Return ``kind`` and what names the thing; no content."""
        raise NotImplementedError

    def label(self, identity: Mapping[str, Any]) -> str:
        """Return what to call the thing in a sentence."""
        raise NotImplementedError

    def read(self, identity: Mapping[str, Any]) -> State:
        """Return the present state."""
        raise NotImplementedError

    def plan(self, change: Change, before: State) -> State:
        """Return the state that the change asks for; touches nothing."""
        raise NotImplementedError

    def shown(self, change: Change, before: State, after: State) -> Optional[tuple[Sequence[str], Sequence[str]]]:
        """Return what a diff shows in place of the two states; None if they may be shown, line by changed line."""
        del change, before, after
        return None

    def remarks(self, change: Change, after: State) -> Sequence[str]:
        """Return sentences about what a change asks for and its plan leaves out; empty if there is nothing."""
        del change, after
        return ()

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        """Make the world as ``after`` says."""
        raise NotImplementedError

    def restore(self, identity: Mapping[str, Any], before: State) -> None:
        """Make the world as it was; the same as apply unless a kind knows better."""
        self.apply(identity, before)

    def refresh(self, identity: Mapping[str, Any], state: State) -> bool:
        """Make a running daemon take ``state``, which is the present one already; False if only its unit can.

        For daemons that keep what they read once and are told changes while they run: a
        renewed file under the same name is no change of the settings.
        """
        del identity, state
        return False

    def files(self, identity: Mapping[str, Any], after: State) -> dict[str, State]:
        """Return the files that a test instance has to find changed, by path; empty if there are none."""
        del identity, after
        return {}

    def programs(self, identity: Mapping[str, Any], after: State) -> Sequence[Program]:
        """Return the programs that bring the change into the overlay of a test instance; empty if files are enough."""
        del identity, after
        return ()

    def pages(self, identity: Mapping[str, Any], after: State) -> Mapping[str, Sequence[str]]:
        """Return for the names of web sites paths that a test instance has to serve as the running daemon does."""
        del identity, after
        return {}

    def find_lost(self, identity: Mapping[str, Any], before: State, after: State) -> Sequence[str]:
        """Return what does not work any more now that the state is ``after``; empty if nothing is known of it."""
        del identity, before, after
        return ()
