# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One root for everything that is raised on purpose, and details that the caller cannot change afterwards."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core import errors

OURS = [
    kind for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_carries_its_message_and_a_copy_of_its_details(kind):
    facts = {"path": "/etc/x"}
    error = kind("It failed.", facts)
    facts["path"] = "changed"
    assert isinstance(error, errors.IntransitError)
    assert (str(error), error.message, error.details) == ("It failed.", "It failed.", {"path": "/etc/x"})
    assert kind("It failed.").details == {}


@pytest.mark.parametrize(("kind", "parent"), [
    (errors.UnknownName, errors.PolicyError), (errors.RestoreError, errors.TransactionError),
    (errors.ConfirmationError, errors.TransactionError),
])
def test_who_catches_a_group_catches_its_members(kind, parent):
    with pytest.raises(parent):
        raise kind("It failed.")


def test_one_group_is_not_caught_as_another():
    assert not issubclass(errors.CertificateError, errors.PolicyError)
    assert not issubclass(errors.WireError, errors.TransactionError)


def test_the_tree_in_the_docstring_is_complete():
    assert not [kind.__name__ for kind in OURS if kind.__name__ not in (errors.__doc__ or "")]
