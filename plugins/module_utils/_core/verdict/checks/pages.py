# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Declared pages: in clear text refused and without cookies, over https cookies, forms, loads and HSTS.

A page that could not be read proves nothing.  One that sets no cookie, or that is on another host, leaves open what
is asked of cookies and content: that is said, and no pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import as_address
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.http import judge_header
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    Check,
    Context,
    Outcome,
    failed,
    passed,
    unknown,
    unprobed,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.plaintext import is_closed_http

Row = Mapping[str, Any]
_SHOWN = 3
"""Faults that are in a sentence; all are in the evidence."""


def _rows(seen: Row, plain: bool) -> list[Row]:
    rows = seen.get("pages") or []
    asked = seen.get("protocol") == ("http" if plain else "https")
    return [row for row in rows if isinstance(row, Mapping)] if asked else []


def _joined(faults: list[str]) -> str:
    more = len(faults) - _SHOWN
    return "; ".join(faults[:_SHOWN]) + (f"; and {more} more" if more > 0 else "") + "."


def _paths(rows: list[Row]) -> str:
    return ", ".join(str(row.get("path")) for row in rows)


def _answers(row: Row) -> list[Row]:
    return list(row.get("answers") or [])


def _cookies(row: Row) -> Iterator[tuple[Row, Row]]:
    """Yield each cookie that is set with the answer that sets it; what takes one away sets none."""
    for answer in _answers(row):
        for cookie in answer.get("cookies") or []:
            if not cookie.get("removed"):
                yield answer, cookie


def _unread(seen: Row, rows: list[Row]) -> Optional[Outcome]:
    """Return what is to be said if a page was not read; None if all were, or are on another host."""
    unread = [row for row in rows if row.get("ends") == "unread"]
    if not unread:
        return None
    if (seen.get("client_certificate") or {}).get("requested"):
        return unprobed("The probe has no client certificate, so it got no answer for these pages: "
                        f"{_paths(unread)}.", out_of_reach=True)
    words = [f"{row.get('path')}: {row.get('reason') or 'no reason was recorded'}" for row in unread]
    return unknown(f"Not read: {_joined(words)}", unread=words)


# -- in clear text -------------------------------------------------------------------------


def page_refused(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that no declared page is served over http, and that redirects stay on the host."""
    del policy, context
    rows = _rows(seen, plain=True)
    if not rows:
        return None
    if is_closed_http(seen):
        return passed("Nothing listens on this plain http port, so no page is served from it.")
    served, astray = [], []
    for row in rows:
        plaintext, path = row.get("plaintext") or {}, row.get("path")
        if plaintext.get("refused") is False:
            login = ", with a login form" if row.get("asks_password") else ""
            served.append(f"{path} is not refused: {str(plaintext.get('detail')).rstrip('.')}{login}")
        elif row.get("asks_password"):
            served.append(f"{path} sends a login form along with its answer")
        elif row.get("same_host") is False:
            location = next((answer.get("location") for answer in _answers(row)), None)
            astray.append(f"{path} is redirected to another host: {location}")
    faults = served + astray
    if faults:
        return failed(_joined(faults), severity=None if served else "medium", faults=faults, pages=_facts(rows))
    if not all((row.get("plaintext") or {}).get("refused") is True for row in rows):
        return _unread(seen, rows) or unknown("Whether the pages are refused in clear text was not recorded.")
    return passed(f"In clear text these pages are refused: {_paths(rows)}.", pages=_facts(rows))


def page_cookies_plaintext(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that no answer in clear text sets a cookie."""
    del policy, context
    rows = _rows(seen, plain=True)
    if not rows:
        return None
    if is_closed_http(seen):
        return passed("Nothing listens on this plain http port, so no cookie is set there.")
    faults = [f"{answer.get('url')} sets {_named(cookie)} in clear text"
              for row in rows for answer, cookie in _cookies(row)]
    if faults:
        return failed(_joined(faults), faults=faults)
    return _unread(seen, rows) or passed(f"No cookie is set in clear text by {_paths(rows)}.")


# -- behind TLS ----------------------------------------------------------------------------


def page_stays(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that pages answer over https and lead nowhere in clear text."""
    del policy, context
    rows = _rows(seen, plain=False)
    if not rows:
        return None
    faults = [f"{row.get('path')} leads to {row.get('in_clear')}" for row in rows if row.get("in_clear")]
    faults += [f"{row.get('path')} leads to http" for row in rows
               if row.get("ends") == "in_clear" and not row.get("in_clear")]
    if faults:
        return failed(_joined(faults), faults=faults, pages=_facts(rows))
    elsewhere = [f"{row.get('path')}: {row.get('reason')}" for row in rows if row.get("ends") == "elsewhere"]
    words = f" On another host or port, where it was not followed: {_joined(elsewhere)}" if elsewhere else ""
    return _unread(seen, rows) or passed(f"Over https these pages answer: {_paths(rows)}.{words}", pages=_facts(rows))


def page_cookies_secure(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that every cookie is Secure."""
    del policy, context
    return _about_cookies(seen, "Secure", lambda cookie: True, lambda cookie: cookie.get("secure") is True)


def page_cookies_http_only(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that cookies that hold a session are hidden from scripts."""
    del policy, context
    return _about_cookies(seen, "HttpOnly", _holds_session, lambda cookie: cookie.get("http_only") is True)


def page_cookies_same_site(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that cookies that hold a session say to which sites they are sent."""
    del policy, context
    return _about_cookies(seen, "SameSite", _holds_session, lambda cookie: bool(cookie.get("same_site")))


def _named(cookie: Row) -> str:
    return f"the cookie {cookie['name']}" if cookie.get("name") else "a cookie without a name"


def _holds_session(cookie: Row) -> bool:
    return cookie.get("session") is True


def _about_cookies(
    seen: Row, attribute: str, is_meant: Callable[[Row], bool], is_good: Callable[[Row], bool]
) -> Optional[Outcome]:
    rows = _rows(seen, plain=False)
    if not rows:
        return None
    found = [(answer, cookie) for row in rows for answer, cookie in _cookies(row) if is_meant(cookie)]
    faults = [f"{_named(cookie)} of {answer.get('url')} has no {attribute}"
              for answer, cookie in found if not is_good(cookie)]
    facts: dict[str, Any] = {"cookies": [{"url": answer.get("url"), **dict(cookie)} for answer, cookie in found]}
    if faults:
        return failed(_joined([faults[0][0].upper() + faults[0][1:], *faults[1:]]), faults=faults, **facts)
    unread = _unread(seen, rows)
    if unread is not None:
        return unread
    if not found:
        kind = "cookie that holds a session" if is_meant is _holds_session else "cookie"
        return unprobed(f"No {kind} is set by {_paths(rows)}, at least before a login.", out_of_reach=True)
    names = ", ".join(dict.fromkeys(f"{cookie.get('name')}" for _answer, cookie in found))
    return passed(f"{attribute} is on {names}.", **facts)


def about_content(key: str, words: str) -> Check:
    """Make the check of what pages do in clear text: ``forms`` or ``loads``."""

    def check(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
        del policy, context
        rows = _rows(seen, plain=False)
        if not rows:
            return None
        faults = [f"{row.get('path')} {words} {url}" for row in rows for url in row.get(key) or []]
        if faults:
            return failed(_joined(faults), faults=faults)
        unread = _unread(seen, rows)
        if unread is not None:
            return unread
        read = [row for row in rows if row.get("ends") == "page"]
        if not read:
            places = "; ".join(f"{row.get('path')}: {row.get('reason') or 'it leads to http'}" for row in rows)
            return unprobed(f"No page was read here. {places}. Declare the page where it is.", out_of_reach=True)
        return passed(f"No page of {_paths(read)} {words} an http URL.")

    return check


def page_hsts(policy: Policy, seen: Row, context: Context) -> Optional[Outcome]:
    """Check that every answer has one HSTS header that browsers take, with the policy's age."""
    del context
    rows = _rows(seen, plain=False)
    least = policy.hsts.min_max_age
    if not rows or least is None:
        return None
    if not seen.get("server_name") and as_address(str(seen.get("host"))) is not None:
        return unprobed("The pages were asked for by an address, and browsers ignore HSTS for one (RFC 6797 8.1.1). "
                        "Give the endpoint its name in server_name.", out_of_reach=True)
    faults = []
    for answer in (answer for row in rows for answer in _answers(row)):
        problem = _header_fault(answer.get("hsts") or {}, least)
        if problem:
            faults.append(f"{answer.get('url')}: {problem}")
    if faults:
        return failed(_joined(faults), faults=faults, minimum=least)
    return _unread(seen, rows) or passed(f"HSTS is sent once by every answer of {_paths(rows)}.", minimum=least)


def _header_fault(header: Row, least: int) -> str:
    if header.get("present") is not True:
        return "no Strict-Transport-Security header is sent"
    outcome = judge_header(header, least, {})
    if outcome.status != "pass":
        return outcome.sentence.rstrip(".")
    count = header.get("count")
    if count != 1:
        return f"the Strict-Transport-Security header is sent {count} times, of which browsers take the first"
    return ""


def _facts(rows: list[Row]) -> list[dict[str, Any]]:
    return [{
        "path": row.get("path"), "preset": row.get("preset"), "login": row.get("login"), "ends": row.get("ends"),
        "answers": [f"{answer.get('status')} {answer.get('url')}" for answer in _answers(row)],
    } for row in rows]
