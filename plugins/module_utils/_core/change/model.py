# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a transaction changes, as values: a wish, a state of the world, the step between.

A *change* is a wish as the caller wrote it.  A *state* is how the thing it names is
(or shall be) in the world.  A *step* pairs the state found with the state wanted.
Nothing here touches a file: reading and writing is the work of ``_edge/change/kinds``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

Change = Mapping[str, Any]
"""A wish as the caller wrote it: ``kind`` and the keys of that kind."""


@dataclass(frozen=True)
class State:
    """How one thing is: ``facts`` are plain JSON data, ``content`` are its bytes if it has any.

    ``labels`` are the extended attributes of a file that the kernel or a security module gives
    each file and does not let everyone set (names to base64).  They are carried along and
    put back as far as the host allows, so they are no part of what is compared.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    content: Optional[bytes] = None
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def exists(self) -> bool:
        """False if the thing is absent."""
        return self.facts.get("form") != "absent"

    def digest(self) -> Optional[str]:
        """SHA-256 of the content in hex, None without content."""
        return None if self.content is None else hashlib.sha256(self.content).hexdigest()

    def fingerprint(self) -> dict[str, Any]:
        """The state in a form that can be kept and compared without keeping the content."""
        return {"facts": dict(self.facts), "sha256": self.digest()}


ABSENT = State({"form": "absent"})


@dataclass(frozen=True)
class Step:
    """One change with the state that was found and the state that is wanted."""

    change: Change
    identity: Mapping[str, Any]
    """What ``restore`` needs to find the thing again: ``kind`` and its name, no content."""
    label: str
    """What to call the thing in a sentence or a diff: a path, a DN."""
    before: State
    after: State
    shown: Optional[tuple[Sequence[str], Sequence[str]]] = None
    """Lines that a diff shows in place of the two states; None: the states themselves."""
    back: bool = False
    """It takes an earlier change back, so that its kind restores instead of applying."""

    remarks: Sequence[str] = ()
    """Sentences about what the change asks for and the plan leaves out."""

    @property
    def differs(self) -> bool:
        """True if applying the step would change the world."""
        return self.before != self.after
