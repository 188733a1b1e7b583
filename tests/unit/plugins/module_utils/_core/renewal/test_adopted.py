# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The trap of certbot: a short certificate is ordered anew at every run."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.renewal.adopted import find_settings, judge_certbot


def test_only_files_of_certbot_have_its_settings() -> None:
    assert find_settings("/etc/letsencrypt/live/www.a.test/fullchain.pem") == "/etc/letsencrypt/renewal/www.a.test.conf"
    assert find_settings("/etc/ssl/a.pem") is None


def test_a_short_certificate_needs_a_time_of_its_own() -> None:
    said = judge_certbot("/x.conf", "# renew_before_expiry = 30 days\nversion = 4.0\n", 6)
    assert "lives 6 days" in said and said.endswith("Set renew_before_expiry = 3 days in /x.conf.")
    assert judge_certbot("/x.conf", "renew_before_expiry = 2 days\n", 6) == ""
    assert judge_certbot("/x.conf", "", 90) == ""
