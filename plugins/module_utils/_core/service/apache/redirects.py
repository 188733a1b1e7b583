# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which redirects of a plain site would send the visitors of its TLS site in circles.

A plain site often only leads to itself over https.  In the TLS site made from it such a redirect would never end.
Each redirect is tried on sample requests to each name of the site, as if they came over TLS: one that leads back to
the site and fires there again is a circle.  What depends on something that only a real request has (a cookie, a map,
an environment variable) is a doubt, unless the redirect leads to the very address that it came from.
(Apache HTTP Server 2.4: mod_alias; mod_rewrite; expressions.)
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import Block, Directive

_STATUS = {"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}
_URL = re.compile(r"(https?|%\{REQUEST_SCHEME\})://([^/?#]*)([^?#]*)", re.IGNORECASE)
_VARIABLE = re.compile(r"%\{([^}]+)\}|\$\{[^}]*\}|([$%])(\d)")
_COMPARISON = re.compile(
    r"%\{(HTTPS|REQUEST_SCHEME|SERVER_PORT|HTTP:X-Forwarded-Proto)\}\s*(==|!=|-strmatch|-eq|-ne|=~|!~)\s*[\"']?([^\"'\s&|]*)[\"']?\Z",
    re.IGNORECASE,
)
_UNKNOWN = "\0"
"""Stands in a text for a part that only a real request has."""
_PATHS = ("/", "/x", "/x/y.html")


@dataclass(frozen=True)
class Rule:
    """One directive that sends a visitor to an absolute address."""

    directive: Directive
    path: Optional[str]
    """Prefix of the paths it is for; None for all."""
    pattern: Optional[str]
    """Regular expression of the paths it is for."""
    target: str
    conditions: tuple[Directive, ...] = ()
    ignore_case: bool = False
    linked: bool = False
    """Whether it is part of a chain or skips rules, so that it cannot be left out by itself."""


@dataclass
class Circles:
    """``left_out``: redirects and their conditions that must not stand in the TLS site; ``doubts``: sentences."""

    left_out: list[Directive] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def find_circles(children: Sequence[Union[Directive, Block]], names: Sequence[str]) -> Circles:
    """Judge every redirect among these lines and sections for a site that has these names (wildcards allowed)."""
    found = Circles()
    for rule in _rules(children):
        verdict = _judge(rule, [name.lower() for name in names])
        if verdict == "circle" and rule.linked:
            verdict = "is part of a chain of rules and leads back to the site"
        if verdict == "circle":
            found.left_out += [*rule.conditions, rule.directive]
        elif verdict:
            found.doubts.append(f"{rule.directive.place}: `{rule.directive.text.split(None, 1)[0]}` {verdict}.")
    return found


def _rules(children: Sequence[Union[Directive, Block]]) -> list[Rule]:
    found: list[Rule] = []
    conditions: list[Directive] = []
    for child in children:
        if isinstance(child, Block):
            found += _rules(child.children)
        elif child.name == "rewritecond":
            conditions.append(child)
        elif child.name == "rewriterule":
            found += _rewrite(child, tuple(conditions))
            conditions = []
        elif child.name in ("redirect", "redirectpermanent", "redirecttemp", "redirectmatch"):
            found += _redirect(child)
    return found


def _redirect(item: Directive) -> list[Rule]:
    words = list(item.arguments)
    if words and item.name in ("redirect", "redirectmatch") and (words[0].lower() in _STATUS or words[0].isdigit()):
        status = _STATUS.get(words[0].lower()) or int(words[0])
        words = words[1:] if 300 <= status <= 399 else []
    if not words or not _URL.match(words[-1]):
        return []
    where = words[0] if len(words) > 1 else None
    if item.name == "redirectmatch":
        return [Rule(item, None, where, words[-1])]
    return [Rule(item, where, None, words[-1])]


def _rewrite(item: Directive, conditions: tuple[Directive, ...]) -> list[Rule]:
    if len(item.arguments) < 2 or not _URL.match(_unmapped(item.arguments[1])):
        return []
    flags = _flags(item.arguments[2:3])
    if any(flag in flags for flag in ("p", "proxy", "f", "g")):
        return []
    linked = any(flag.partition("=")[0] in ("c", "chain", "s", "skip") for flag in flags)
    ignore_case = "nc" in flags or "nocase" in flags
    return [Rule(item, None, item.arguments[0], item.arguments[1], conditions, ignore_case, linked)]


def _flags(words: Sequence[str]) -> list[str]:
    return [flag.strip().lower() for word in words for flag in word.strip("[]").split(",")]


def _unmapped(target: str) -> str:
    """Let a target whose scheme comes from a variable be seen as the address that it is."""
    return re.sub(r"\A[$%]\{[^}]*\}(?=://)", "https", target)


def _judge(rule: Rule, names: Sequence[str]) -> str:
    """Return ``circle``, a doubt in words, or nothing."""
    doubt = ""
    for name in [name.replace("*", "sub").replace("?", "x") for name in names]:
        for path in _samples(rule):
            there = _send(rule, name, path)
            if there is None:
                continue
            host, there_path = there
            if _UNKNOWN in host:
                doubt = "leads to a host that only a real request decides"
                continue
            if not any(fnmatch.fnmatchcase(host, known) for known in names):
                continue
            if (host, there_path) == (name, path):
                return "circle"
            again = _fires(rule, host, there_path)
            if again or (again is None and _send(rule, host, there_path) == (host, there_path)):
                return "circle"
            if again is None:
                doubt = "leads to the site itself, and only a real request decides whether it ends"
    return doubt


def _samples(rule: Rule) -> list[str]:
    """Return paths to try: some that any site has, and those that the rule itself speaks of."""
    found = list(_PATHS)
    if rule.path:
        found += [rule.path, rule.path.rstrip("/") + "/x"]
    if rule.pattern:
        # What stands before the first special character, such as /old/ of ^/old/(.*)$.
        literal = "/" + re.split(r"[\\^$.|?*+()\[\]{}]", rule.pattern.lstrip("^!"), maxsplit=1)[0].lstrip("/")
        found += [literal, literal + "x"]
    match = _URL.match(_unmapped(rule.target))
    if match and "%{" not in match.group(3):
        found.append(re.sub(r"[$%]\d", "x", match.group(3)) or "/")
    return list(dict.fromkeys(found))


def _send(rule: Rule, name: str, path: str) -> Optional[tuple[str, str]]:
    """Return host and path to which the rule sends a request over TLS; None if it does not fire."""
    if _fires(rule, name, path) is False:
        return None
    groups = _groups(rule, name, path)
    # Resolved first: the host may end where a variable begins, as in https://%{HTTP_HOST}%{REQUEST_URI}.
    match = _URL.match(_resolve(_unmapped(rule.target), name, path, groups))
    if match is None:
        return None
    host = re.sub(r":\d*\Z", "", match.group(2).lower().rpartition("@")[2])
    target = match.group(3)
    if rule.path is not None:
        target += path[len(rule.path):]
    elif rule.pattern is None and "%{" not in rule.target:
        target += path if target == "" else ""
    return host, target or "/"


def _groups(rule: Rule, name: str, path: str) -> dict[str, Optional[str]]:
    """Return what $0 to $9 and %0 to %9 stand for."""
    found: dict[str, Optional[str]] = {}
    if rule.pattern and not rule.pattern.startswith("!"):
        for subject in _subjects(rule, path):
            _remember(found, "$", rule.pattern, subject, rule.ignore_case)
    for condition in rule.conditions:
        if len(condition.arguments) > 1 and condition.arguments[1][:1] not in ("!", "=", "-", "<", ">"):
            subject = _resolve(condition.arguments[0], name, path, {})
            _remember(found, "%", condition.arguments[1], subject, "nc" in _flags(condition.arguments[2:3]))
    return found


def _remember(found: dict[str, Optional[str]], sign: str, pattern: str, subject: str, ignore_case: bool) -> None:
    compiled = _compiled(pattern, ignore_case)
    match = compiled.search(subject) if compiled else None
    if match:
        for number, text in enumerate((match.group(0), *match.groups())):
            found[f"{sign}{number}"] = text or ""


def _subjects(rule: Rule, path: str) -> list[str]:
    """Return what the pattern is held against; in a folder's context the path has no slash in front."""
    per_folder = any(section.name in ("directory", "directorymatch", "location", "locationmatch", "if", "files")
                     for section in rule.directive.scope)
    return [path, path[1:]] if per_folder and rule.directive.name == "rewriterule" else [path]


def _resolve(text: str, name: str, path: str, groups: dict[str, Optional[str]]) -> str:
    known = {
        "HTTP_HOST": name, "SERVER_NAME": name, "HTTP:HOST": name, "REQUEST_HOST": name, "REQUEST_URI": path,
        "REQUEST_FILENAME": path, "DOCUMENT_URI": path, "QUERY_STRING": "", "HTTPS": "on", "SERVER_PORT": "443",
        "REQUEST_SCHEME": "https", "HTTP:X-FORWARDED-PROTO": "https", "REQUEST_METHOD": "GET",
        "THE_REQUEST": f"GET {path} HTTP/1.1",
    }

    def value(match: "re.Match[str]") -> str:
        if match.group(1):
            variable = match.group(1).upper()
            return known.get(variable[len("LA-U:"):] if variable.startswith("LA-U:") else variable, _UNKNOWN)
        if match.group(3):
            found = groups.get(match.group(2) + match.group(3))
            return _UNKNOWN if found is None else found
        return _UNKNOWN

    return _VARIABLE.sub(value, text)


def _fires(rule: Rule, name: str, path: str) -> Optional[bool]:
    """Return whether the rule fires on a request over TLS; None if that cannot be told."""
    answers: list[Optional[bool]] = [_path_fits(rule, path)]
    answers += [_section_fits(section.name, section.argument, path) for section in rule.directive.scope]
    answers += _conditions_hold(rule, name, path)
    if any(answer is False for answer in answers):
        return False
    return True if all(answers) else None


def _path_fits(rule: Rule, path: str) -> Optional[bool]:
    if rule.path is not None:
        return path == rule.path or path.startswith(rule.path.rstrip("/") + "/")
    if rule.pattern is None:
        return True
    compiled = _compiled(rule.pattern.lstrip("!"), rule.ignore_case)
    if compiled is None:
        return None
    found = any(compiled.search(subject) for subject in _subjects(rule, path))
    return found is not rule.pattern.startswith("!")


def _compiled(pattern: str, ignore_case: bool) -> "Optional[re.Pattern[str]]":
    """Return a regular expression of Apache's; None if Python does not read it as such."""
    try:
        return re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except re.error:
        return None


def _section_fits(name: str, argument: str, path: str) -> Optional[bool]:
    """Return whether a request over TLS is in a section; None if that cannot be told."""
    if name in ("virtualhost", "directory", "directorymatch"):
        # A folder may be any path's.
        return True if name == "virtualhost" else None
    words = argument.strip("\"'")
    if name == "location" and not argument.startswith("~"):
        return words in ("/", path) or path.startswith(words.rstrip("/") + "/")
    if name in ("if", "elseif"):
        terms = [_term_holds(term.strip()) for term in _terms(words)]
        return False if any(term is False for term in terms) else (True if all(terms) else None)
    return None


def _terms(expression: str) -> list[str]:
    """Return the terms that all have to hold; the whole as one if it is no such expression."""
    found, depth = [""], 0
    for part in re.split(r"(&&|\|\||[()])", expression):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "||" and depth == 0:
            return [expression]
        if part == "&&" and depth == 0:
            found.append("")
        else:
            found[-1] += part
    return found


def _term_holds(term: str) -> Optional[bool]:
    negated = term.startswith("!")
    match = _COMPARISON.match(term.lstrip("! (").rstrip(") "))
    if match is None:
        return None
    value = {"HTTPS": "on", "SERVER_PORT": "443"}.get(match.group(1).upper(), "https")
    sign, wanted = match.group(2), match.group(3).lower()
    if sign in ("=~", "!~", "-strmatch"):
        return None
    equal = value == wanted
    return (equal if sign in ("==", "-eq") else not equal) is not negated


def _conditions_hold(rule: Rule, name: str, path: str) -> list[Optional[bool]]:
    """Return an answer for each group of conditions of which one has to hold."""
    answers: list[Optional[bool]] = []
    pending: list[Optional[bool]] = []
    for condition in rule.conditions:
        pending.append(_condition_holds(condition, name, path))
        if not {"or", "ornext"} & set(_flags(condition.arguments[2:3])):
            answers.append(_any(pending))
            pending = []
    return answers + ([_any(pending)] if pending else [])


def _any(found: Sequence[Optional[bool]]) -> Optional[bool]:
    if any(found):
        return True
    return False if all(answer is False for answer in found) else None


def _condition_holds(condition: Directive, name: str, path: str) -> Optional[bool]:
    if len(condition.arguments) < 2:
        return None
    subject = _resolve(condition.arguments[0], name, path, {})
    pattern = condition.arguments[1]
    negated = pattern.startswith("!")
    pattern = pattern[1:] if negated else pattern
    ignore_case = bool({"nc", "nocase"} & set(_flags(condition.arguments[2:3])))
    if _UNKNOWN in subject or condition.arguments[0].lower() == "expr" or re.match(r"-\w|[<>]", pattern):
        return None
    if pattern.startswith("="):
        wanted = pattern[1:].strip('"')
        return (subject.lower() == wanted.lower() if ignore_case else subject == wanted) is not negated
    compiled = _compiled(pattern, ignore_case)
    return None if compiled is None else bool(compiled.search(subject)) is not negated
