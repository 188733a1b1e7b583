# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A wave that fails stops the run before the next one, can be put back as a whole, and the run goes on where it stopped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

HOSTS = ["w1", "w2", "w3", "w4", "w5", "w6"]
# Which hosts differ from what they were before the first run.
DIFFER = {"stopped": ["w1", "w2"], "back": ["w1"], "again": ["w1"], "resumed": HOSTS}


def kept(moment: str) -> dict[str, Any]:
    """What a run said, and its note."""
    return json.loads((Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / f"{moment}.json").read_text())


def name_of(host: Any) -> str:
    return str(host.ansible.get_variables()["inventory_hostname"])


def picture(host: Any, moment: str) -> str:
    with host.sudo():
        return str(host.check_output(f"cat /root/picture-{moment}"))


def test_only_hosts_of_earlier_waves_are_changed(host: Any) -> None:
    """The teeth are in the other direction: hosts that were enforced have another picture."""
    before = picture(host, "before")
    for moment, names in DIFFER.items():
        assert (picture(host, moment) != before) == (name_of(host) in names), moment


def test_a_wave_that_passed_is_left_alone(host: Any) -> None:
    if name_of(host) == "w1":
        assert len({picture(host, moment) for moment in DIFFER}) == 1


def test_the_run_stops_at_the_wave_that_fails() -> None:
    ran = kept("stopped")
    assert ran["note"]["passed"] == ["w1"]
    assert ran["note"]["failed"] == ["w2", "w3"]
    assert list(ran["note"]["changes"]) == ["w2"]
    assert "w4 " in ran["said"].partition("PLAY RECAP")[2]
    said = " ".join(ran["said"].split())
    assert "This wave failed (w2, w3), because of w3. No host of a later wave was changed." in said
    assert "w3: refused: apache" in said


def test_a_wave_is_put_back_in_the_run_that_failed() -> None:
    ran = kept("again")
    assert ran["note"]["passed"] == ["w1"]
    assert ran["note"]["failed"] == ["w2", "w3"]
    assert "It was put back." in " ".join(ran["said"].split())


def test_the_run_goes_on_where_it_stopped() -> None:
    ran = kept("resumed")
    assert ran["note"]["passed"] == HOSTS
    assert ran["note"]["failed"] == []


def test_every_host_serves_tls_at_the_end(host: Any) -> None:
    assert "TLSv1.3" in host.check_output("echo | openssl s_client -connect localhost:443 -tls1_3 2>&1")
    assert host.check_output("systemctl is-active apache2") == "active"
