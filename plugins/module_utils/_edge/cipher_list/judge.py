# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges cipher strings where the libraries are: what is configured here, and what is installed says.

The library's word on suites counts where there is a library of the right version; our own
reader supplies what the library does not tell (which word did what), and everything where
there is none.  If the two differ, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.report import find_difference, report
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import (
    RELEASES,
    expand,
    language_of,
    read_library_version,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import EFFECTIVE, Expansion
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Setting
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list import library
from ansible_collections.intransit.tls.plugins.module_utils._edge.cipher_list.configured import settings_of

NEWEST = "debian13"
"""Whose library versions the table stands for where nothing else says which."""

EXPANDERS = ("auto", "library", "table")


@dataclass(frozen=True)
class Question:
    """What is asked about one string."""

    text: str
    language: str
    version: Optional[str]
    """Of the library, or a release's name; ``None``: what is installed here, else the newest known."""
    expander: str
    policy: Policy
    others: Sequence[Policy]
    releases: Sequence[str]
    setting: Optional[Setting] = None


def inspect(
    cipher_string: Optional[str],
    language: str,
    service: Optional[str],
    version: Optional[str],
    expander: str,
    policy: Any,
    policies: Optional[Sequence[Any]],
    releases: Sequence[str],
) -> dict[str, Any]:
    """Return what ``cipher_list_info`` returns.

    Raises:
        DialectError: the service or the library cannot be asked.
        PolicyError: a policy cannot be used.
    """
    judge = resolve(policy=policy)
    others = tuple(PROFILES.values()) if policies is None else tuple(resolve(policy=one) for one in policies)
    if service is None:
        text = str(cipher_string)
        spoken = language_of(text) if language == "auto" else language
        return _answer(Question(text, spoken, version, expander, judge, others, releases))
    linked, settings = settings_of(service)
    spoken = linked.name if language == "auto" else language
    if cipher_string is not None:
        settings = (Setting("cipher_string", cipher_string, "the task", seclevel=settings[0].seclevel),)
    answers = [
        {
            **_answer(
                Question(one.effective, spoken, version or linked.version, expander, judge, others, releases, one)
            ),
            "setting": one.name,
            "where": one.where,
        }
        for one in settings
    ]
    return {**_summary(answers), "configured": answers, "tls_library": {"name": linked.name, "version": linked.version}}


def _summary(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first answer that is not compliant, or else the first: what has to be looked at first."""
    if not answers:
        raise DialectError("The service has no setting for ciphers, and none built in that is known.", {})
    first = next((answer for answer in answers if not answer["compliant"]), answers[0])
    return {**first, "compliant": all(answer["compliant"] for answer in answers)}


def _answer(question: Question) -> dict[str, Any]:
    expansion, source = _expansion(question)
    result = report(_own_words(expansion, question), question.policy, question.others)
    result.update(source)
    result["cipher_string"] = question.text if question.setting is None else question.setting.value
    result["added_by_service"] = "" if question.setting is None else question.setting.added
    result["difference"] = (
        find_difference(question.text, question.language, question.releases) if question.releases else None
    )
    return result


def _own_words(expansion: Expansion, question: Question) -> Expansion:
    """Leave out words that the daemon added: nobody can be asked to change them."""
    if question.setting is None or not question.setting.added:
        return expansion
    end = len(question.setting.value)
    return replace(expansion, tokens=tuple(token for token in expansion.tokens if token.offset < end))


def _expansion(question: Question) -> tuple[Expansion, Mapping[str, Any]]:
    """Return the expansion, and who made it: ``expanded_by``, ``library_agrees``."""
    answer = None if question.expander == "table" else library.ask(question.language, _with_level(question))
    if question.expander == "library" and answer is None:
        raise DialectError(
            f"There is no {question.language} on this host to ask. Use the table (expander: table).",
            {"language": question.language},
        )
    asked_for = None if question.version is None else read_library_version(question.version, question.language)
    if answer is not None and asked_for not in (None, "{}.{}".format(*version_of(answer.version))):
        if question.expander == "library":
            raise DialectError(
                f"The {question.language} of this host is {answer.version}, not {asked_for}.",
                {"installed": answer.version, "asked_for": asked_for},
            )
        answer = None
    own = _expand_alone(question, answer.version if answer else asked_for or RELEASES[NEWEST][question.language])
    if answer is None:
        return own, {"expanded_by": "table", "library_agrees": None}
    told = tuple(suite for suite in (by_code_point(number) for number in answer.code_points) if suite is not None)
    agrees = told == own.suites and answer.error == own.error
    return (
        replace(own, suites=told, error=answer.error),
        {"expanded_by": f"{answer.asked} {answer.version}", "library_agrees": agrees},
    )


def _expand_alone(question: Question, version: str) -> Expansion:
    level = None if question.setting is None else question.setting.seclevel
    if question.language == "openssl" and level is not None:
        return expand_openssl(question.text, version, level)
    return expand(question.text, question.language, version)


def _with_level(question: Question) -> str:
    """Return the string for the library: with the level that the daemon begins with, unless it sets one."""
    level = None if question.setting is None else question.setting.seclevel
    if question.language != "openssl" or level is None:
        return question.text
    own = expand(question.text, question.language, RELEASES[NEWEST][question.language])
    sets_one = any(token.text.startswith("@SECLEVEL=") and token.effect == EFFECTIVE for token in own.tokens)
    return question.text if sets_one else f"{question.text}:@SECLEVEL={level}"
