# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The test instance of Apache is one that can be read, and waits for the keys to be read."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.instance import PID_FILE, make_instance


def test_it_can_be_read_and_waits_for_the_pid_file() -> None:
    made = read_instance(make_instance())
    assert made.ready == PID_FILE and made.command[-1] == "-DFOREGROUND" and made.endpoints is None
    # A pid file of the running Apache would make it refuse to start, or be taken for its own.
    assert any(folder.path == "/run/apache2" for folder in made.temporary)
    assert {"mod_md renews certificates", "Programs behind piped logs"} <= set(made.prevents)
