# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages as a user writes them: the name of an application, or a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import WantedPage

PAGE_KEYS = ("path", "preset", "login", "session_cookies")
MOST_PAGES = 20
"""Of one endpoint."""
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")

PRESETS: Mapping[str, "tuple[str, tuple[str, ...]]"] = {
    "civicrm": ("/civicrm/login", ("SESS*", "SSESS*", "PHPSESSID", "CIVISO*")),
    "kopano_webapp": ("/webapp/", ("KOPANO_WEBAPP", "encryption-store-key")),
    "nextcloud": ("/nextcloud/login", ("nc_session_id", "nc_token", "nc_username", "oc_sessionPassphrase",
                                       "oc[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9]")),
    "phpldapadmin": ("/phpldapadmin/", ("[0-9a-f]" * 32,)),
    "roundcube": ("/roundcube/", ("roundcube_sessid", "roundcube_sessauth")),
    "typo3": ("/typo3/", ("be_typo_user", "fe_typo_user", "typo3-login-cookiecheck")),
    "wordpress": ("/wp-login.php", ("wordpress_[0-9a-f]*", "wordpress_sec_*", "wordpress_logged_in_*")),
}
"""Application to the path of its login page, as installed by Debian or by its own documents, and the names of the
cookies that hold a session."""


def read_pages(written: Any, protocol: str = "https") -> "tuple[WantedPage, ...]":
    """Return the pages of an endpoint.

    Args:
        written: a list of names of applications, and of mappings with ``path`` or ``preset``.
        protocol: of the endpoint.

    Raises:
        IntransitError: an item makes no sense, there are too many, or the endpoint is not a web server.
    """
    if not written:
        return ()
    if protocol not in ("http", "https"):
        raise IntransitError(f"An endpoint of {protocol} has no pages; only http and https have.")
    if isinstance(written, (str, Mapping)) or not isinstance(written, Sequence):
        raise IntransitError(f"pages is {written!r}. It takes a list.")
    if len(written) > MOST_PAGES:
        raise IntransitError(f"{len(written)} pages are too many for one endpoint. Maximum: {MOST_PAGES}.")
    return tuple(dict.fromkeys(_page(item) for item in written))


def check_path(path: str) -> str:
    """Return a path that can be asked for.

    Raises:
        IntransitError: it cannot.
    """
    if not path.startswith("/") or any(char.isspace() or ord(char) < 32 for char in path):
        raise IntransitError(f"A path begins with a slash and has no spaces: {path!r}.", {"path": path})
    return path


def _page(item: Any) -> WantedPage:
    row = {"preset": item} if isinstance(item, str) else item
    if not isinstance(row, Mapping):
        raise IntransitError(f"A page is the name of an application or has a path, not {item!r}.")
    unknown = sorted(str(key) for key in set(row) - set(PAGE_KEYS))
    if unknown:
        raise IntransitError(f"A page has the unknown key {', '.join(map(repr, unknown))}. Allowed keys: "
                             f"{', '.join(PAGE_KEYS)}.")
    preset = str(row["preset"]) if row.get("preset") else None
    if preset is not None and preset not in PRESETS:
        raise IntransitError(f"{preset!r} is not an application with a preset. Presets: {', '.join(PRESETS)}. For any "
                             "other page give its path.")
    usual, names = PRESETS[preset] if preset is not None else ("", ())
    path = str(row.get("path") or usual).partition("#")[0]
    if not path:
        raise IntransitError(f"A page needs a path or a preset: {dict(row)!r}.")
    more = row.get("session_cookies") or ()
    if isinstance(more, (str, Mapping)) or not isinstance(more, Sequence):
        raise IntransitError(f"session_cookies of the page {path} is {more!r}. It takes a list of names.")
    return WantedPage(check_path(path), _flag(row.get("login", True), path), preset, (*names, *map(str, more)))


def _flag(value: Any, path: str) -> bool:
    word = str(value).lower()
    if word not in (*_TRUE, *_FALSE):
        raise IntransitError(f"login of the page {path} is {value!r}. It takes true or false.")
    return word in _TRUE
