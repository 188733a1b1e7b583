# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After the roll-over only the record of the key in use is published, and mail is delivered."""

from __future__ import annotations

from typing import Any

import pytest
from bed import MAIL, Bed, digest

testinfra_hosts = ["ansible://mail12"]


def test_the_old_record_is_gone_and_postfix_verifies_the_new_key(request: pytest.FixtureRequest, wire: Any) -> None:
    bed = Bed(request.config.option.ansible_inventory)
    bed.mail.check_output("systemctl reset-failed unbound; systemctl restart unbound")
    said = bed.ask(MAIL)
    assert [record["data"] for record in said["endpoints"][0]["tlsa"]["records"]] == [digest("next.crt")]
    assert bed.judge(wire, MAIL)["dns_tlsa"].status == "pass"
    assert "Verified TLS connection" in bed.send(MAIL)
