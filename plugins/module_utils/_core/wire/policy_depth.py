# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of depth ``policy``: prove or refute a policy with as few handshakes as can be.

Per rule one hello that offers everything the policy forbids must be refused, and one
that offers what it allows must succeed.  Only where a rule breaks is more asked: then
members of the forbidden set that the server takes get their names.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as suite_table
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import CLEAR, NOT_ASKED, Answer, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.bare import ask_bare
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Rule
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import SECP256R1, public_share

MORE_NAMES = 24
"""The most hellos spent on naming what broke one rule."""
FIRST_LOOKS = ("TLSv1.3", "TLSv1.2")
GROUP_VERSIONS = ("TLSv1.2", "TLSv1.3")
NOTHING_OLDER = "The server says that it does not speak TLS 1.0, nor anything older."

Steps = Generator[Request, "list[Outcome]", Any]


@dataclass(frozen=True)
class Item:
    """A question with the rule that it tests; ``rule`` None: it asks whether the version is there."""

    rule: Optional[str]
    question: Question


def make_first_items(policy: of.Offers, endpoint: Endpoint) -> "list[Item]":
    """What the policy allows in the newest versions: reachability, control hello, certificate."""
    items = [_good(policy, endpoint, version) for version in FIRST_LOOKS if policy.allowed(version)
             and version in policy.policy.protocols]
    return items or [_everything(endpoint, "TLSv1.2")]


def make_other_items(policy: of.Offers, endpoint: Endpoint) -> "list[Item]":
    """Every other version, and one complement per rule."""
    items = []
    for version in PROTOCOLS:
        if version == "SSLv2":
            items.append(Item(None, Question(None)))
        elif version not in policy.policy.protocols:
            items.append(_everything(endpoint, version))
        else:
            if version not in FIRST_LOOKS and policy.allowed(version):
                items.append(_good(policy, endpoint, version))
            items.extend(_complements(policy, endpoint, version))
    return items


def _good(policy: of.Offers, endpoint: Endpoint, version: str) -> Item:
    hello = of.make_hello(version, policy.allowed(version), policy.groups(version), endpoint.server_name)
    if version == "TLSv1.3":
        return Item(None, Question(hello))
    return Item(None, Question(replace(hello, compression=True, ask_status=True), whole=True))


def _as_long_as_any(items: "list[Item]", others: "list[Item]", ahead: bool) -> "list[Question]":
    """The questions of ``items``, those of TLS 1.2 about as long as the longest of ``others``."""
    hellos = [item.question.hello for item in others]
    questions = []
    for item in items:
        hello = item.question.hello
        if hello is not None and item.question.version == "TLSv1.2":
            hello = replace(of.as_long_as(hello, hellos), ahead=ahead)
        questions.append(replace(item.question, hello=hello))
    return questions


def _ask_first(prober: Prober, items: "list[Item]", others: "list[Item]", beside: Sequence[Ask]) -> Steps:
    """Ask what the policy allows; where only short hellos of it are taken, ``prober.short`` is true afterwards.

    Returns the answers, and whether the server negotiates: a hello of a version that it cannot know was
    answered with one that it has, as it should be, so its answers tell about older versions too.
    The outcomes of ``beside`` are in ``prober.beside`` then.
    """
    answers = yield from prober.ask(_as_long_as_any(items, others, True), beside)
    seen, negotiates = prober.beside, False
    if not prober.reached:
        return answers, False
    if all(answer.look.end == "silent" or answer.late for answer in answers):
        prober.lose_patience()
    for at, item in enumerate(items):
        if item.question.version == "TLSv1.2":
            negotiates = bool(answers[at].accepted)
            answers[at] = yield from _ask_nearer(prober, item, others, answers[at])
    prober.beside = seen
    return [replace(answer, question=item.question) for answer, item in zip(answers, items)], negotiates


def _ask_nearer(prober: Prober, item: Item, others: "list[Item]", answer: Answer) -> Steps:
    """What the policy allows in TLS 1.2, asked with nothing that a server may stumble over."""
    if answer.accepted or answer.look.end in NOT_ASKED:
        return answer
    answer = (yield from prober.ask([item.question]))[0]
    if answer.accepted:
        long = (yield from prober.ask(_as_long_as_any([item], others, False)))[0]
        prober.short = prober.short or not (long.accepted or long.cause in CLEAR)
    return answer


def _everything(endpoint: Endpoint, version: str) -> Item:
    hello = of.make_hello(version, of.list_suites(version), None, endpoint.server_name)
    old = version != "TLSv1.3"
    return Item(None, Question(replace(hello, compression=old, ask_status=old), whole=old))


def _complements(policy: of.Offers, endpoint: Endpoint, version: str) -> "list[Item]":
    items = []
    for rule, suites in (("forbidden_suites", policy.forbidden(version)), ("phased_out", policy.phased_out(version))):
        if suites:
            items.append(Item(rule, Question(of.make_hello(version, suites, None, endpoint.server_name))))
    groups, elliptic = policy.forbidden_groups(version), policy.elliptic(version)
    if version in GROUP_VERSIONS and groups and elliptic:
        hello = of.make_hello(version, elliptic, groups, endpoint.server_name)
        # TLS 1.2 tells the group behind the ServerHello only.
        items.append(Item("forbidden_groups", Question(hello, whole=version == "TLSv1.2")))
    return items


def ask_policy(prober: Prober, notes: Notebook, policy: of.Offers, endpoint: Endpoint,
               beside: Sequence[Ask], stop: Callable[[Sequence[Outcome]], bool]) -> Steps:
    """Ask all hellos of the policy, and make other connections beside the first of them.

    ``stop`` gets the outcomes of ``beside`` when no hello was answered with TLS so far, and says
    whether going on would be of no use.
    Returns the outcomes of ``beside``, none when the endpoint could not be reached.
    """
    items, others = make_first_items(policy, endpoint), make_other_items(policy, endpoint)
    answers, negotiates = yield from _ask_first(prober, items, others, beside)
    seen = prober.beside
    if not prober.reached:
        return ()
    # A refusal in words is TLS as well: it leaves open what else the server takes.
    if prober.shut is not None or (all(answer.accepted is None for answer in answers) and stop(seen)):
        for answer in answers:
            notes.learn(answer)
        return seen
    answers += yield from _ask_others(prober, policy, others, negotiates)
    answers = yield from prober.settle(answers)
    answers = yield from _ask_once_more(prober, answers)
    more = yield from _ask_with_all_groups(prober, policy, endpoint, items + others, answers)
    if more:
        # The first answers may have had no control to be settled with.
        answers = yield from prober.settle(answers)
    for answer in answers + more:
        notes.learn(answer)
    yield from ask_bare(prober, notes, [name for name in PROTOCOLS if name not in policy.policy.protocols])
    for item, answer in zip(items + others, answers):
        if item.rule is not None:
            yield from _rule(prober, notes, item, answer)
    if notes.chain is None and notes.accepted("TLSv1.3"):
        yield from _tls13_chain(prober, notes, policy, endpoint)
    yield from _forbidden_chain(prober, notes, endpoint)
    return seen


def _ask_others(prober: Prober, policy: of.Offers, items: "list[Item]", negotiates: bool) -> Steps:
    """Answers to every other hello; SSL 3.0 is asked for only where the answer to TLS 1.0 does not tell.

    A server answers with the newest version that it has and that is not newer than what the
    hello says (RFC 5246 appendix E.1, RFC 6101 section 5.6.1.3).  So one that was seen to do that
    and says protocol_version to TLS 1.0 has nothing older either.  No other refusal says that.  TLS 1.0
    is always asked for: GnuTLS says the same to TLS 1.1 where a priority string has TLS 1.0 without it.
    """
    if not negotiates or prober.short or {"SSLv3", "TLSv1"} & set(policy.policy.protocols):
        return (yield from prober.ask([item.question for item in items], settle=False))
    at = [item.question.version for item in items].index("SSLv3")
    answers = yield from prober.ask([item.question for item in items[:at] + items[at + 1:]], settle=False)
    question = items[at].question
    told = {answer.question.version: answer for answer in answers}["TLSv1"]
    if told.alert == "protocol_version":
        answer = replace(told, question=question, detail=NOTHING_OLDER)
    else:
        answer = (yield from prober.ask([question], settle=False))[0]
    return [*answers[:at], answer, *answers[at:]]


def _ask_once_more(prober: Prober, answers: "list[Answer]") -> Steps:
    """The answers; if no handshake succeeded, the first that tells nothing is asked once more before that is said.

    With a control the prober has done so already.
    """
    again = [at for at, answer in enumerate(answers) if answer.accepted is None and not answer.opened.denied]
    if not again or prober.control is not None or prober.shut is not None:
        return answers
    answers = list(answers)
    answers[again[0]] = (yield from prober.ask([answers[again[0]].question], settle=False))[0]
    return (yield from prober.settle(answers))


def _ask_with_all_groups(prober: Prober, policy: of.Offers, endpoint: Endpoint, items: "list[Item]",
                         answers: "list[Answer]") -> Steps:
    """Accepted answers of versions that took neither the policy's groups nor the others alone.

    Below TLS 1.3 a server needs both its group for the key exchange and the curve of its ECDSA certificate on
    offer (RFC 8422 section 5.1).  If the policy has only one of the two, neither hello has both.
    """
    found = []
    for item, answer in zip(items, answers):
        version = item.question.version
        taken = any(other.accepted for other in answers if other.question.version == version)
        if item.rule is not None or taken or not _may_miss_a_group(policy, version, answer):
            continue
        hello = of.make_hello(version, policy.allowed(version), None, endpoint.server_name)
        question = Question(replace(hello, compression=True, ask_status=True), whole=True)
        more = (yield from prober.ask([question]))[0]
        if more.accepted:
            found.append(more)
    return found


def _may_miss_a_group(policy: of.Offers, version: str, answer: Answer) -> bool:
    if version not in policy.policy.protocols or version in ("SSLv2", "SSLv3", "TLSv1.3"):
        return False
    if answer.cause in CLEAR or answer.look.end in (*NOT_ASKED, "silent"):
        return False
    return bool(policy.elliptic(version) and policy.forbidden_groups(version))


def _rule(prober: Prober, notes: Notebook, item: Item, answer: Answer) -> Steps:
    """Name what broke a rule, if anything did, and write the rule down."""
    rule, hello = item.rule, answer.question.hello
    if rule is None or hello is None:
        return
    names: list[str] = []
    broken = answer
    for _each in range(MORE_NAMES + 1):
        rest = _without_choice(item, broken, names, hello) or _with_key_group(notes, item, broken)
        if rest is None or len(names) == MORE_NAMES:
            break
        item = replace(item, question=rest)
        broken = (yield from prober.ask([rest]))[0]
        notes.learn(broken)
    version = item.question.version
    cause, refused = answer.cause, None if answer.accepted is None else not answer.accepted
    if names:
        cause, refused = "accepted", False
    elif broken.accepted is None:
        cause, refused = broken.cause, None
    if cause == "handshake_failure" and notes.accepted(version):
        cause = "no_shared_cipher"
    if answer.accepted and not names:
        # The server took something that was not on offer, so it did not take what was.
        cause, refused = "other_choice", True
    notes.rules.append(Rule(
        id=rule, version=version, refused=refused,
        offered=len(hello.groups if rule == "forbidden_groups" else hello.suites),
        accepted=tuple(names), cause=cause,
    ))


def _without_choice(item: Item, answer: Answer, names: "list[str]", first: ClientHello) -> Optional[Question]:
    """Note what was taken of ``first``; the same question without it, or None when there is nothing left to ask."""
    question, hello, choice = item.question, item.question.hello, answer.look.choice
    if not answer.accepted or hello is None or choice is None:
        return None
    if item.rule == "forbidden_groups":
        group = answer.look.group
        if group is None or group not in first.groups or of.name_group(group) in names:
            return None
        names.append(of.name_group(group))
        left = of.leave_out(hello.groups, (group,))
        return replace(question, hello=replace(hello, groups=left)) if left else None
    if choice.suite not in hello.suites:
        return None
    names.append(of.name_suite(choice.suite))
    left = of.leave_out(hello.suites, (choice.suite,))
    return replace(question, hello=replace(hello, suites=left)) if left else None


def _with_key_group(notes: Notebook, item: Item, answer: Answer) -> Optional[Question]:
    """The same question with the group of an ECDSA certificate behind it, where nothing was taken without it."""
    question, hello = item.question, item.question.hello
    if item.rule != "forbidden_groups" or question.version == "TLSv1.3" or answer.accepted is not False:
        return None
    group = notes.key_group
    if hello is None or group is None or group in hello.groups:
        return None
    return replace(question, hello=replace(hello, groups=(*hello.groups, group)))


def _tls13_chain(prober: Prober, notes: Notebook, policy: of.Offers, endpoint: Endpoint) -> Steps:
    """The certificate of a server that speaks TLS 1.3 only: its flight has to be decrypted."""
    suites = policy.allowed("TLSv1.3") or of.list_suites("TLSv1.3")
    for groups, shares in (
        ((SECP256R1, 24, 25), ((SECP256R1, public_share(SECP256R1)),)),
        (of.list_groups(True), ()),
    ):
        hello = of.make_hello("TLSv1.3", suites, groups, endpoint.server_name)
        question = Question(replace(hello, key_shares=shares, ask_status=True), whole=True)
        answer = (yield from prober.ask([question]))[0]
        if answer.accepted:
            notes.learn_flight(answer)
        if notes.chain is not None:
            return
        suites = of.list_suites("TLSv1.3")


def _forbidden_chain(prober: Prober, notes: Notebook, endpoint: Endpoint) -> Steps:
    """The certificate of a server that takes nothing but forbidden suites, whose hellos were not heard to the end."""
    for rule in notes.rules:
        suites = [suite_table.by_iana(name) for name in rule.accepted if rule.id != "forbidden_groups"]
        signed = tuple(suite.code_point for suite in suites if not suite.anonymous)
        if notes.chain is None and rule.version != "TLSv1.3" and signed:
            hello = of.make_hello(rule.version, signed, None, endpoint.server_name)
            question = Question(replace(hello, compression=True, ask_status=True), whole=True)
            answer = (yield from prober.ask([question]))[0]
            if answer.accepted:
                notes.learn(answer)
