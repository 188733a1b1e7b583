# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shared options as Ansible itself reads them: a policy is a name or a mapping, and reaches the module as it was given."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument

OWN = {"versions": ["TLSv1.3"], "suites": []}


@pytest.mark.parametrize("policy", ["modern", OWN, None])
def test_a_policy_reaches_the_module_as_it_was_given(policy: Any) -> None:
    found = ArgumentSpecValidator(make_policy_argument()).validate({"policy": policy})
    assert not found.error_messages and found.validated_parameters == {"policy": policy}


@pytest.mark.parametrize(("weak", "policy"), [("str", OWN), ("dict", "modern")])
def test_another_type_would_change_or_refuse_one_of_the_forms(weak: str, policy: Any) -> None:
    found = ArgumentSpecValidator({"policy": {"type": weak}}).validate({"policy": policy})
    assert found.error_messages or found.validated_parameters["policy"] != policy


def test_no_policy_is_legal_and_another_name_is_not() -> None:
    assert ArgumentSpecValidator(make_policy_argument()).validate({}).validated_parameters == {"policy": None}
    assert "polcy" in ArgumentSpecValidator(make_policy_argument()).validate({"polcy": "modern"}).error_messages[0]


def test_each_module_gets_a_specification_of_its_own() -> None:
    make_policy_argument()["policy"]["required"] = True
    assert make_policy_argument() == {"policy": {"type": "raw"}}
