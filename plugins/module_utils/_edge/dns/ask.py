# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask a resolver, and a policy host; the only file that imports dnspython to ask.

Everything that goes wrong becomes an answer with the status ``error`` of its question alone.  The library parses what
comes; how long it waits, how many records and how much of each are kept is bounded here.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import look, mta_sts
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import (
    ERROR,
    FOUND,
    MAX_RECORDS,
    MAX_TEXT,
    NONE,
    Answer,
    Fetch,
    Fetched,
    Look,
    Question,
    name_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.policy_host import ask_policy_host
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Plan
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.dnssec import list_servers
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.session import check_roots

try:
    import dns.exception
    import dns.flags
    import dns.name
    import dns.resolver

    _IMPORT_PROBLEM = ""
except ImportError as problem:
    _IMPORT_PROBLEM = str(problem)

HTTPS = 443
AT_ONCE = 16
MAX_ADDRESSES = 4
GIVE_UP = 3
"""After so many questions without any answer a resolver that never answered is not asked again."""
_UDP_SIZE = 1232
MISSING = (
    "The Python library 'dnspython' is not installed for the interpreter that runs this. Install it (Debian: "
    "python3-dnspython; otherwise: pip install dnspython)."
)


def has_library() -> bool:
    """Return whether dnspython can be imported."""
    return not _IMPORT_PROBLEM


def check_library() -> None:
    """Raise IntransitError if dnspython is missing."""
    if _IMPORT_PROBLEM:
        raise IntransitError(MISSING, {"import": _IMPORT_PROBLEM})


def read_names(
    endpoints: Sequence[Mapping[str, Any]], names: Sequence[str], domains: Sequence[str], *,
    servers: Sequence[str] = (), port: int = 53, trusted: Optional[bool] = None, seconds: float = 5.0,
    ca_file: Optional[str] = None, https_port: int = HTTPS,
) -> dict[str, Any]:
    """Look up everything; the module's result.

    Args:
        endpoints: each with ``host``, ``protocol``, ``port`` and ``server_name``.
        names: names for CAA and DNSSEC alone.
        domains: mail domains.
        servers: addresses of resolvers; empty: those of /etc/resolv.conf.
        port: where they listen.
        trusted: whether their AD flag counts; None: if all of them are on this host.
        seconds: for one question, all retries included, and for a policy.
        ca_file: roots for policy hosts; None: those of the machine.
        https_port: where policy hosts listen.

    Raises:
        IntransitError: dnspython is missing, or an option makes no sense.
    """
    check_library()
    used = [str(address) for address in servers] or list_servers("/etc/resolv.conf")
    for address in used:
        if not is_address(address):
            raise ArgumentError(f"resolvers: {address!r} is not an address.")
    if ca_file:
        check_roots(ca_file)
    local = all(ipaddress.ip_address(address).is_loopback for address in used)
    asker = Asker(used, port, seconds, ca_file, https_port)
    looks: list[Callable[[], dict[str, Any]]] = [
        *(partial(_endpoint, asker, row) for row in endpoints),
        *(partial(_named, asker, str(name), "name", look.look_name) for name in names),
        *(partial(_named, asker, str(domain), "domain", look.look_domain) for domain in domains),
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(lambda call: call(), looks))
    believed = local if trusted is None else trusted
    validating = asker.is_validating() if believed and looks else None
    rows = look.decide_authentic(rows, believed, bool(validating))
    first, second = len(endpoints), len(endpoints) + len(names)
    return {
        "endpoints": rows[:first], "names": rows[first:second], "domains": rows[second:],
        "resolver": {"servers": used, "local": local, "trusted": believed, "validating": validating},
    }


def _endpoint(asker: Asker, row: Mapping[str, Any]) -> dict[str, Any]:
    protocol = str(row.get("protocol") or "https")
    port = int(row.get("port") or DEFAULT_PORTS[protocol])
    host = str(row.get("host") or "")
    place = {"host": host, "port": port, "protocol": protocol, "server_name": row.get("server_name")}
    name = str(row.get("server_name") or host)
    if is_address(name.strip("[]")):
        words = "An address has no records. Give the name that clients use as server_name."
        return {**place, "name": None, "error": words, "caa": None, "dnssec": None, "tlsa": None}
    return {"caa": None, "dnssec": None, "tlsa": None, **place,
            **_named(asker, name, "name", lambda ascii_: look.look_endpoint(ascii_, port, protocol))}


def _named(asker: Asker, name: str, key: str, start: Callable[[str], Look]) -> dict[str, Any]:
    try:
        ascii_name = to_ascii(name)
        dns.name.from_text(ascii_name)
        if not name_of(ascii_name):
            raise IntransitError("The name is empty.")
        return {"error": None, **asker.run(start(ascii_name))}
    except IntransitError as error:
        return {key: name, "error": error.message}
    except Exception as error:
        return {key: name, "error": f"This name cannot be asked for: {show_error(error)}."}


class Asker:
    """Answers the questions of looks, each question once."""

    def __init__(self, servers: Sequence[str], port: int, seconds: float, ca_file: Optional[str] = None,
                 https_port: int = HTTPS) -> None:
        self._seconds = seconds
        self._ca_file = ca_file
        self._https_port = https_port
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = list(servers)
        self._resolver.port = port
        self._resolver.timeout = min(2.0, seconds)
        self._resolver.lifetime = seconds
        self._resolver.use_edns(0, dns.flags.DO, _UDP_SIZE)
        self._resolver.flags = dns.flags.RD | dns.flags.AD
        self._answers: dict[Question, Answer] = {}
        self._lock = threading.Lock()
        self._heard = False
        self._unheard = 0

    def run(self, started: Look) -> dict[str, Any]:
        """Run a look to its end."""
        arrival: Any = None
        try:
            while True:
                step = started.send(arrival)
                arrival = self.ask(step) if isinstance(step, Question) else self.fetch(step)
        except StopIteration as stop:
            found: dict[str, Any] = stop.value
            return found

    def ask(self, question: Question) -> Answer:
        """Answer one question."""
        with self._lock:
            known = self._answers.get(question)
            silent = not self._heard and self._unheard >= GIVE_UP
        if known is not None:
            return known
        if silent:
            return Answer(ERROR, reason="The resolver does not answer.")
        answer = self._asked(question)
        with self._lock:
            self._answers[question] = answer
            self._heard = self._heard or answer.status != ERROR
            self._unheard += answer.status == ERROR
        return answer

    def _asked(self, question: Question) -> Answer:
        try:
            found = self._resolver.resolve(question.name, question.kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN as missing:
            # The library has no types for it.
            replies: Any = missing
            flags = [answer.flags for answer in replies.responses().values()]
            return Answer(NONE, authentic=bool(flags) and all(flag & dns.flags.AD for flag in flags))
        except dns.resolver.NoNameservers as failed:
            return Answer(ERROR, reason=f"The resolver gave no usable answer about {question.kind} of {question.name}: "
                                        f"{_reason(failed)}.")
        except dns.exception.Timeout:
            words = f"No answer about {question.kind} of {question.name} came in {self._seconds:g} s."
            return Answer(ERROR, reason=words)
        except Exception as error:
            return Answer(ERROR, reason=f"{question.kind} of {question.name} cannot be asked for: {show_error(error)}.")
        return _read(found, question)

    def fetch(self, wanted: Fetch) -> Fetched:
        """Fetch the policy of a domain from its policy host."""
        host = mta_sts.name_host(wanted.domain)
        answers = [self.ask(Question(host, kind)) for kind in ("A", "AAAA")]
        addresses = [str(record["address"]) for answer in answers for record in answer.records][:MAX_ADDRESSES]
        if not addresses:
            failed = next((answer.reason for answer in answers if answer.status == ERROR), "")
            return Fetched(problem=failed or f"{host} has no address", refused=not failed)
        job = Job(_plan(wanted.domain, self._ca_file), addresses, self._https_port)
        for _done in Engine(Limits(seconds=self._seconds)).run(iter([job])):
            pass
        result = job.result
        if isinstance(result, Fetched):
            return result
        return Fetched(problem=f"{host} cannot be asked: {job.error or 'no answer'}")

    def is_validating(self) -> bool:
        """Return whether the resolver validates: it has set the AD flag, or does so for the signed root zone."""
        with self._lock:
            shown = any(answer.authentic for answer in self._answers.values())
        return shown or bool(self.ask(Question(".", "NS")).authentic)


def _plan(domain: str, ca_file: Optional[str]) -> Plan:
    (outcome,) = yield Batch([Ask(lambda: ask_policy_host(domain, ca_file))])
    reason = outcome.detail or outcome.failure or "no answer"
    return outcome.result or Fetched(problem=f"{mta_sts.name_host(domain)} cannot be reached: {reason}")


def _reason(failed: Any) -> str:
    """The last error of the servers (SERVFAIL, REFUSED, a message that cannot be read), in one line."""
    errors = failed.kwargs.get("errors") or []
    said = errors[-1][3] if errors else failed
    return show_error(said) if isinstance(said, BaseException) else str(said)[:200]


def _read(found: Any, question: Question) -> Answer:
    authentic = bool(found.response.flags & dns.flags.AD)
    canonical = name_of(str(found.canonical_name))
    if found.rrset is None:
        return Answer(NONE, authentic=authentic, canonical=canonical)
    if len(found.rrset) > MAX_RECORDS:
        words = f"{question.name} has {len(found.rrset)} records {question.kind}; at most {MAX_RECORDS} are read."
        return Answer(ERROR, reason=words)
    return Answer(FOUND, tuple(_records(found.rrset, question.kind)), authentic, canonical=canonical)


def _records(rows: Iterable[Any], kind: str) -> list[dict[str, Any]]:
    read = _READERS[kind]
    # In one order, whatever the order of the answer: what is reported changes only with the records.
    return sorted((read(row) for row in rows), key=lambda record: [str(item) for item in record.values()])


def _text(data: bytes) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in data.decode("utf-8", "replace"))[:MAX_TEXT]


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "A": lambda row: {"address": row.address},
    "AAAA": lambda row: {"address": row.address},
    "CAA": lambda row: {"flags": row.flags, "tag": _text(row.tag), "value": _text(row.value)},
    "MX": lambda row: {"preference": row.preference, "host": _text(str(row.exchange).encode())},
    "NS": lambda row: {"host": _text(str(row.target).encode())},
    "TLSA": lambda row: {"usage": row.usage, "selector": row.selector, "matching_type": row.mtype,
                         "data": row.cert.hex()},
    "TXT": lambda row: {"text": _text(b"".join(row.strings))},
}
