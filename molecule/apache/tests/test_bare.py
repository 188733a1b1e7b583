# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host without namespaces and overlays is brought under the policy all the same."""

from __future__ import annotations

from typing import Any

import pytest
from refusals import REFUSALS

testinfra_hosts = ["ansible://bare"]


@pytest.mark.parametrize("name", ["tls_1_0", "tls_1_1", "cbc", "content_on_80", "hsts_left_out"])
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


def test_the_page_is_served_over_tls(wire: Any) -> None:
    assert wire.curl("https://{name}/").body.startswith("the page of")


def test_nothing_is_left_of_a_transaction_or_a_test_instance(host: Any) -> None:
    with host.sudo():
        assert host.check_output("find /var/lib/intransit.tls -type f ! -name lock ! -name 'kept-*' ! -path '*/kept/*'") == ""
        assert host.check_output("find /run/intransit.tls/test -mindepth 1") == ""
        assert host.check_output("systemctl list-units --all --no-legend 'intransit-test-*'") == ""
