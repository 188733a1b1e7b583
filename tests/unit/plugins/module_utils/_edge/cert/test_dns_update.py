# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is missing on the controller is named; what is there is not."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.dns_update import find_missing


def test_this_environment_has_what_dns_01_needs() -> None:
    assert find_missing() == ()


def test_a_missing_collection_or_library_is_named() -> None:
    needs = (
        ("ansible_collections.nowhere.at_all.plugins.modules.nsupdate", "a collection"), ("nosuchlibrary.update", "a library"),
        ("nosuchlibrary", "another"), ("json.nosuchmodule", "a part"), ("json", "never this"))
    assert find_missing(needs) == ("a collection", "a library", "another", "a part")
