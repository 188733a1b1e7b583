# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages as a user writes them, and the presets."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import page_input
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.cookies import holds_session


@pytest.mark.parametrize("name", page_input.PRESETS)
def test_a_preset_is_a_page(name: str) -> None:
    (page,) = page_input.read_pages([name])
    assert page.preset == name and page.path.startswith("/") and page.login and page.session_cookies


@pytest.mark.parametrize(("preset", "cookie", "is_one"), [
    ("wordpress", "wordpress_logged_in_0123abcd", True), ("wordpress", "wordpress_sec_0123", True),
    ("wordpress", "wordpress_0123abcd", True), ("wordpress", "wordpress_test_cookie", False),
    ("nextcloud", "oc1a2b3c4d5e", True), ("nextcloud", "ocsettings", False), ("phpldapadmin", "0123456789abcdef" * 2, True),
    ("typo3", "be_typo_user", True), ("roundcube", "roundcube_sessauth", True), ("kopano_webapp", "KOPANO_WEBAPP", True),
    ("civicrm", "SSESS0123abcd", True),
])
def test_a_preset_knows_its_session_cookies(preset: str, cookie: str, is_one: bool) -> None:
    (page,) = page_input.read_pages([preset])
    assert holds_session(cookie, page.session_cookies) is is_one


def test_a_page_of_ones_own() -> None:
    pages = page_input.read_pages([
        {"preset": "nextcloud", "path": "/login", "session_cookies": ["mine"]}, {"path": "/admin/?x=1", "login": "no"},
        {"path": "/admin/?x=1#/login", "login": False}])
    assert [page.path for page in pages] == ["/login", "/admin/?x=1"]
    assert pages[0].session_cookies[-1] == "mine" and pages[1].login is False and pages[1].preset is None


@pytest.mark.parametrize("written", [None, [], ""])
def test_no_pages(written: Any) -> None:
    assert page_input.read_pages(written, "smtp") == ()


@pytest.mark.parametrize(("written", "protocol", "words"), [
    (["roundcube"], "imaps", "imaps has no pages"),
    ("roundcube", "https", "takes a list"),
    ({"path": "/"}, "https", "takes a list"),
    ([7], "https", "name of an application"),
    (["gopher"], "https", "Presets: civicrm"),
    ([{}], "https", "needs a path or a preset"),
    ([{"path": "/", "logn": True}], "https", "unknown key 'logn'"),
    ([{"path": "login"}], "https", "begins with a slash"),
    ([{"path": "/a b"}], "https", "no spaces"),
    ([{"path": "/\r\nHost: x"}], "https", "no spaces"),
    ([{"path": "/", "login": "maybe"}], "https", "true or false"),
    ([{"path": "/", "session_cookies": "sid"}], "https", "list of names"),
    ([f"/{number}" for number in range(21)], "https", "too many"),
])
def test_what_makes_no_sense(written: Any, protocol: str, words: str) -> None:
    with pytest.raises(IntransitError) as caught:
        page_input.read_pages(written, protocol)
    assert words in caught.value.message
