# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one exception tree of the collection.

The core raises these; ``_ansible/exits.py`` is the only place that turns them into
a module's failure.  Every message is a sentence for an administrator: what was
expected, what was seen, and what to do next.  ``details`` carries the same facts
as data, and never a secret::

    IntransitError
    +-- PolicyError                the policy as written cannot be used
    |   +-- UnknownProfile         no profile or data class has this name
    |   +-- UnknownKey             a key that no policy has
    |   +-- UnknownName            a suite, group, scheme or protocol nobody knows
    |   +-- EmptyPolicy            nothing would be left to negotiate
    |   `-- ContradictoryPolicy    two settings exclude one another
    +-- OptionError                a role's option has a value that is not allowed
    +-- DialectError               a language cannot say what the policy asks for
    +-- CertificateError           key or certificate material is unusable
    +-- ArgumentError              an option of a module has a value that cannot be used
    +-- EvidenceError              a record of earlier runs cannot be used
    +-- WireError                  bytes that are not the protocol they claim to be
    `-- TransactionError           a change could not be made (and was undone)
        +-- ValidationError        the daemon's own check refused the new settings
        +-- ActivationError        the daemon did not come back with them
        +-- ConfirmationError      the wire does not show what was asked for
        `-- RestoreError           the old state could not be put back: act now
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional


class IntransitError(Exception):
    """Root of everything this collection raises on purpose.

    Args:
        message: one or more sentences for an administrator.
        details: the facts behind the sentence, JSON-serialisable, no secrets.
    """

    def __init__(self, message: str, details: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = dict(details or {})


class PolicyError(IntransitError):
    """The policy as written cannot be used."""


class UnknownProfile(PolicyError):
    """No profile or data class has this name."""


class UnknownKey(PolicyError):
    """The policy has a key that no policy has."""


class UnknownName(PolicyError):
    """A suite, group, signature scheme or protocol that nobody knows."""


class EmptyPolicy(PolicyError):
    """Nothing would be left to negotiate."""


class ContradictoryPolicy(PolicyError):
    """Two settings of the policy exclude one another."""


class OptionError(IntransitError):
    """A role's option has a value that is not allowed; the message names option, value and what is allowed."""


class DialectError(IntransitError):
    """A daemon's or library's language cannot say what the policy asks for."""


class CertificateError(IntransitError):
    """Key or certificate material is missing, broken or too weak."""


class ArgumentError(IntransitError):
    """An option of a module has a value that cannot be used."""


class EvidenceError(IntransitError):
    """Evidence of another run is missing, broken or of a form that this version does not read."""


class WireError(IntransitError):
    """Bytes from a peer are not the protocol they claim to be."""


class TransactionError(IntransitError):
    """A change could not be made; unless it says otherwise it was undone."""


class ValidationError(TransactionError):
    """The daemon's own check refused the new settings; nothing was swapped."""


class ActivationError(TransactionError):
    """The daemon did not come back with the new settings."""


class ConfirmationError(TransactionError):
    """The wire does not show what the new settings promise."""


class RestoreError(TransactionError):
    """The old state could not be put back: a person has to act now."""
