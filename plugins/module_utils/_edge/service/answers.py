# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers the questions of service packs on this host, whatever the pack.

What may be run, and as which account, is decided here and by the question, never by what a configuration says.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Mapping
from typing import Any, Callable, TypeVar

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Linked, Printed, Steps, Text
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command, guarded, installed

T = TypeVar("T")

_AS_READER = (
    "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
)


def drive(steps: Steps[T]) -> T:
    """Return what a pack's reader returns, after every question of it was answered on this host.

    Raises:
        IntransitError: what the pack raises.
    """
    answer: Any = None
    while True:
        try:
            question = steps.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result
        answer = _ANSWERS[type(question)](question)


def _read_file(question: model.ReadFile) -> Text:
    try:
        with open(question.path, encoding="utf-8", errors="surrogateescape", newline="", opener=_at_once) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return Text(problem=f"{question.path} cannot be read: it is not a file.")
            text = stream.read(model.FILE_LIMIT + 1)
    except FileNotFoundError as error:
        return Text(exists=False, problem=f"{question.path} cannot be read: {error.strerror}.")
    except (OSError, ValueError) as error:
        return Text(problem=f"{question.path} cannot be read: {getattr(error, 'strerror', None) or error}.")
    if len(text) > model.FILE_LIMIT:
        return Text(problem=f"{question.path} cannot be read: it is longer than {model.FILE_LIMIT} characters.")
    return Text(text)


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: an account that may write a configuration can put a pipe in place of a file."""
    return os.open(path, flags | os.O_NONBLOCK)


def _list_paths(question: model.ListPaths) -> tuple[str, ...]:
    return tuple(sorted(glob.glob(question.pattern)))


def _kind_of(question: model.KindOf) -> str:
    try:
        mode = os.stat(question.path).st_mode
    except (OSError, ValueError):
        return "absent"
    kinds = (("file", stat.S_ISREG), ("folder", stat.S_ISDIR), ("socket", stat.S_ISSOCK))
    return next((name for name, is_kind in kinds if is_kind(mode)), "other")


def _writable_by_others(question: model.WritableByOthers) -> str:
    for folder, _folders, names in os.walk(question.folder, followlinks=True):
        for path in [folder, *(os.path.join(folder, name) for name in names)]:
            try:
                status = os.stat(path)
            except OSError:
                continue
            by_group = status.st_mode & stat.S_IWGRP and status.st_gid != 0
            if status.st_uid != 0 or by_group or status.st_mode & stat.S_IWOTH:
                return path
    return ""


def _run(question: model.Run) -> Printed:
    argv = [*(_AS_READER if question.as_reader else ()), *question.argv]
    try:
        owner = account.owner_of(question.as_owner_of) if question.as_owner_of else None
        result = command.ask(
            argv, timeout=question.timeout, extra_environment=dict(question.environment), keep=question.keep,
            errors="surrogateescape", user=owner)
    except TransactionError as error:
        return Printed(ok=False, problem=error.message, did_run=False)
    return Printed(result.ok, result.stdout, result.stderr, "" if result.ok else result.describe())


def _linked_to(question: model.LinkedTo) -> Linked:
    for path in question.paths:
        if os.path.exists(path):
            reason = guarded.distrust(path)
            return Linked(None, reason) if reason else Linked(installed.find_linked_library((path,)))
    return Linked()


def _version_of(question: model.VersionOf) -> Any:
    return installed.read_installed_version(question.package)


_ANSWERS: Mapping[type, Callable[[Any], Any]] = {
    model.ReadFile: _read_file,
    model.ListPaths: _list_paths,
    model.KindOf: _kind_of,
    model.WritableByOthers: _writable_by_others,
    model.Run: _run,
    model.LinkedTo: _linked_to,
    model.VersionOf: _version_of,
}
