# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""This very process, and one that does not exist."""

from __future__ import annotations

import os
import sys

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import processes


def test_this_process():
    facts = processes.describe([os.getpid()])[os.getpid()]
    assert facts["executable"] == os.path.realpath(sys.executable)
    assert facts["user"] == processes.find_user_name(os.geteuid())
    assert set(facts) == {"executable", "user", "unit", "package"}


def test_a_process_that_is_gone():
    assert processes.describe([2**22 + 5]) == {
        2**22 + 5: {"executable": None, "user": None, "unit": None, "package": None}
    }


def test_packages_are_found_under_both_names():
    found = processes.packages_of(["/usr/bin/dpkg", "/bin/dpkg", "/nowhere/at/all"])
    assert found["/usr/bin/dpkg"] == "dpkg" and "/nowhere/at/all" not in found


def test_an_unknown_user_is_a_number():
    assert processes.find_user_name(4000000000) == "4000000000"
