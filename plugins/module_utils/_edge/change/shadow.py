# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Validate by a shadow instance: a copy of the daemon, with the new settings, on loopback.

Several daemons call a configuration correct that kills them on reload.  The only
validator that sees what the daemon will do is the daemon: its configuration is copied,
the staged files are laid over the copy, the listening lines are taken out, one port of
the loopback interface is put in, and the program is started in the foreground.  It has
to open that port and still be alive a moment later.  Many daemons start with a key they
cannot use and only fail each handshake, so the caller may look at the shadow while it
runs.  The copy is removed in any case.

All that differs between daemons is data, the ``ShadowSpec``.  In its strings ``{root}``
is the folder of the copy and ``{port}`` the port, ``{port_2}`` the second one.
"""

from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import shadow as postfix_shadow
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import shadow_log
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, files, listeners

ADAPTERS: Mapping[str, Callable[[str, Mapping[str, str]], str]] = {
    "postfix_main": postfix_shadow.main,
    "postfix_master": postfix_shadow.master,
}
"""What makes a shadow's file of a copied one where patterns cannot, by name."""
_TEXT_LIMIT = 2 * 1024 * 1024
_INCLUDE_DEPTH = 8


@dataclass(frozen=True)
class ShadowSpec:
    """How one daemon is run as a shadow of itself."""

    trees: Tuple[str, ...]
    """Folders that are copied whole."""
    start: Tuple[str, ...]
    """The program in the foreground and its arguments."""
    rewrite: Tuple[Tuple[str, str], ...] = ()
    """(pattern, replacement) for the text of every copied file."""
    append: Tuple[Tuple[str, str], ...] = ()
    """(path, text) to add to the end of a copied file."""
    adapt: Tuple[Tuple[str, str, Mapping[str, str]], ...] = ()
    """(path, name in ADAPTERS, its values): a copied file that is made over, last of all."""
    omit: Optional[str] = None
    """Pattern for paths inside the trees that are not copied: what a second daemon must not touch."""
    include: Optional[str] = None
    """Pattern whose group 1 is an absolute path or glob that a configuration pulls in."""
    folders: Tuple[str, ...] = ()
    """Empty folders to make below the copy."""
    environment: Tuple[Tuple[str, str], ...] = ()
    prepare: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()
    """(path, command): run before the start where the staged files have one at ``path``."""
    owner: Optional[str] = None
    """The account that the copy is given to, for daemons that read it with its rights."""
    ready: Optional[str] = None
    """File that the daemon writes when its start is done, for one that opens its ports before it reads its keys."""
    log: Optional[str] = None
    """File with the daemon's own words."""
    telling: Optional[str] = None
    """Pattern of the lines of its log that are worth quoting."""
    fatal: Optional[str] = None
    """Pattern of a line of its log that ends the trial: nothing good can be seen any more."""
    ports: int = 1
    """How many ports it opens."""
    endpoints: Tuple[Mapping[str, Any], ...] = ()
    """What shall be looked at while it runs: endpoints whose ``port`` is ``{port}`` or ``{port_2}``."""
    timeout: float = 20.0
    settle: float = 0.5


@dataclass(frozen=True)
class ShadowResult:
    """What the shadow did: ``ok``, and the daemon's own words where it did not."""

    ok: bool
    reason: str
    words: str
    started: bool = True
    """It came up; where it is not ok all the same, the look at it was what went wrong."""


Look = Callable[[Mapping[str, str]], str]
"""Looks at the running shadow (``root``, ``port``, ...) and returns what is wrong, empty where nothing is."""


def try_out(spec: ShadowSpec, overlay: Mapping[str, State], look: Optional[Look] = None) -> ShadowResult:
    """Start a shadow with ``overlay`` (path -> wanted state) laid over its copy; stop it again."""
    root = tempfile.mkdtemp(prefix="intransit-shadow-")
    # Workers drop their rights and still have to reach their files, whatever this host's umask is.
    previous = os.umask(0o022)
    try:
        os.chmod(root, 0o711)
        values = _values(spec, root)
        _build(spec, overlay, values)
        refused = _prepare(spec, overlay, values)
        return refused or _start(spec, values, look)
    finally:
        os.umask(previous)
        shutil.rmtree(root, ignore_errors=True)


def _values(spec: ShadowSpec, root: str) -> Dict[str, str]:
    numbers = listeners.free_ports(spec.ports)
    names = ["port"] + ["port_%d" % number for number in range(2, spec.ports + 1)]
    return {"root": root, **{name: str(number) for name, number in zip(names, numbers)}}


def _build(spec: ShadowSpec, overlay: Mapping[str, State], values: Mapping[str, str]) -> None:
    root = values["root"]
    for folder in spec.folders:
        os.makedirs(os.path.join(root, folder), mode=0o755, exist_ok=True)
    for tree in spec.trees:
        _copy_tree(tree, root, re.compile(spec.omit) if spec.omit else None)
    for path, state in overlay.items():
        _lay_over(root, path, state)
    if spec.include:
        _copy_included(spec.include, spec.trees, root)
    mapped = _mapped_paths(spec, root)
    rules = [(re.compile(pattern), fill(text, values)) for pattern, text in spec.rewrite]
    include = re.compile(spec.include) if spec.include else None
    for path in _text_files(root):
        _rewrite(path, mapped, include, rules, root)
    for path, text in spec.append:
        with open(root + path, "a", encoding="utf-8") as stream:
            stream.write(fill(text, values))
    for path, name, given in spec.adapt:
        made = ADAPTERS[name](_read(root + path), {key: fill(text, values) for key, text in given.items()})
        with open(root + path, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(made)


def _prepare(spec: ShadowSpec, overlay: Mapping[str, State], values: Mapping[str, str]) -> Optional[ShadowResult]:
    """Run what makes staged files part of the copy, and give it to its owner; return the first refusal."""
    for path, words in spec.prepare:
        if path in overlay and overlay[path].exists:
            result = command.run([fill(word, values) for word in words], timeout=spec.timeout)
            if not result.ok:
                said = result.words.replace(values["root"], "")
                return ShadowResult(False, result.describe().replace(values["root"], ""), said, started=False)
    if spec.owner:
        account = pwd.getpwnam(spec.owner)
        for folder, _names, leaves in os.walk(values["root"]):
            for path in [folder] + [os.path.join(folder, leaf) for leaf in leaves]:
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return None


def _copy_tree(tree: str, root: str, omit: "Optional[re.Pattern[str]]") -> None:
    """Copy files, links and folders; a link that leads out of the tree becomes what it leads to."""
    for folder, names, leaves in os.walk(tree):
        if omit is not None:
            for listed in (names, leaves):
                # In place, so that the walk does not enter what is left out.
                listed[:] = [name for name in listed if not omit.search(os.path.join(folder, name))]
        target = root + folder
        os.makedirs(target, exist_ok=True)
        shutil.copystat(folder, target)
        links = [name for name in names if os.path.islink(os.path.join(folder, name))]
        for name in leaves + links:
            source = os.path.join(folder, name)
            if os.path.islink(source):
                _copy_link(source, tree, root)
            elif os.path.isfile(source):
                _copy_file(source, root + source)


def _copy_link(source: str, tree: str, root: str) -> None:
    aim = os.path.normpath(os.path.join(os.path.dirname(source), os.readlink(source)))
    if aim == tree or aim.startswith(tree + os.sep):
        os.symlink(root + aim, root + source)
    elif os.path.isfile(source):
        _copy_file(source, root + source)
    else:
        os.symlink(aim, root + source)


def _copy_file(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy2(source, target)
    status = os.stat(source)
    os.chown(target, status.st_uid, status.st_gid)


def _lay_over(root: str, path: str, state: State) -> None:
    target = root + path
    if not state.exists:
        if os.path.lexists(target):
            os.unlink(target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    files.write_state(target, state)


def _copy_included(pattern: str, trees: Sequence[str], root: str) -> None:
    """Bring in what the configuration includes from outside its folders, to the same path below root."""
    include = re.compile(pattern)
    seen: "set[str]" = set()
    for _round in range(_INCLUDE_DEPTH):
        wanted = set()
        for path in _text_files(root):
            for aim in include.findall(_read(path)):
                for source in glob.glob(aim):
                    inside = any(source == tree or source.startswith(tree + os.sep) for tree in trees)
                    if not inside and os.path.isfile(source) and source not in seen:
                        wanted.add(source)
        if not wanted:
            return
        for source in wanted:
            _copy_file(source, root + source)
        seen |= wanted


def _mapped_paths(spec: ShadowSpec, root: str) -> "re.Pattern[str]":
    """Pattern for every absolute path that now lives below root."""
    roots = set(spec.trees)
    if spec.include:
        for folder, _names, leaves in os.walk(root):
            roots.update(os.path.join(folder, leaf)[len(root):] for leaf in leaves)
    outside = [path for path in roots if not any(path.startswith(tree + os.sep) for tree in spec.trees)]
    alternatives = "|".join(re.escape(path) for path in sorted(outside, key=len, reverse=True))
    return re.compile(r"(?<![\w.{}-])(%s)(?![\w.-])" % alternatives)


def _rewrite(
    path: str,
    mapped: "re.Pattern[str]",
    include: "Optional[re.Pattern[str]]",
    rules: "List[Tuple[re.Pattern[str], str]]",
    root: str,
) -> None:
    def into_the_copy(match: "re.Match[str]") -> str:
        aim = match.group(1)
        # A glob names no single file that was mapped, so it is led to the copies of what it matches.
        return match.group(0).replace(aim, root + aim, 1) if glob.glob(root + aim) else match.group(0)

    text = _read(path)
    edited = mapped.sub(lambda match: root + match.group(1), text)
    if include is not None:
        edited = include.sub(into_the_copy, edited)
    for pattern, replacement in rules:
        # Taken literally: a path may hold a backslash that `sub` would read as a reference.
        edited = pattern.sub(replacement.replace("\\", "\\\\"), edited)
    if edited != text:
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(edited)


def _text_files(root: str) -> List[str]:
    found = []
    for folder, _names, leaves in os.walk(root):
        for leaf in leaves:
            path = os.path.join(folder, leaf)
            if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= _TEXT_LIMIT:
                with open(path, "rb") as stream:
                    if b"\0" not in stream.read(8192):
                        found.append(path)
    return found


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as stream:
        return stream.read()


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the shadow's folder and ports into a string of its spec."""
    for name, value in values.items():
        text = text.replace("{%s}" % name, value)
    return text


def _start(spec: ShadowSpec, values: Mapping[str, str], look: Optional[Look]) -> ShadowResult:
    argv = [fill(word, values) for word in spec.start]
    environment = command.environment({name: fill(text, values) for name, text in spec.environment})
    with tempfile.TemporaryFile() as out:
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, start_new_session=True
            )
        except OSError as error:
            raise TransactionError("Cannot run the shadow `%s`: %s." % (" ".join(argv), error.strerror)) from error
        try:
            ports = {int(text) for name, text in values.items() if name != "root"}
            reason = _watch(process, ports, fill(spec.ready, values) if spec.ready else None, spec)
            started = not reason
            if started and look is not None:
                with shadow_log.watched(fill(spec.log or "", values), spec.fatal, process) as lost:
                    reason = look(values)
                reason = "it gave up (%s)" % lost[0] if lost else reason
        finally:
            command.kill_group(process)
        out.seek(0)
        said = out.read(command.OUTPUT_LIMIT).decode("utf-8", "replace").strip()
    # One that is looked at says the same of every connection; once is enough.
    logged = shadow_log.quoted(shadow_log.lines_of(fill(spec.log, values)), spec.telling) if spec.log else ""
    parts = (shadow_log.quoted(said.splitlines(), None), logged)
    words = "\n".join(part for part in parts if part).replace(values["root"], "")
    return ShadowResult(ok=not reason, reason=reason, words=words, started=started)


def _watch(
    process: "subprocess.Popen[bytes]", ports: "set[int]", ready: Optional[str], spec: ShadowSpec
) -> str:
    """Wait until the shadow listens, has written ``ready``, and stays; return why it did not, empty where it did."""
    deadline = time.monotonic() + spec.timeout
    while not (ports <= {row.port for row in listeners.listening()} and (ready is None or os.path.exists(ready))):
        if process.poll() is not None:
            return "it ended with %s before it listened" % process.returncode
        if time.monotonic() > deadline:
            return (
                "it was not ready within %.0f s; a private key with a passphrase makes it wait for one"
                % spec.timeout
            )
        time.sleep(0.05)
    # Some read their TLS settings only after the port is open.
    time.sleep(spec.settle)
    if process.poll() is not None:
        return "it listened, then ended with %s" % process.returncode
    return ""


def spec_from(data: Mapping[str, Any]) -> ShadowSpec:
    """Build a spec from plain data with the same names; mappings become pairs.

    Raises:
        TransactionError: a key that no spec has, or one that is missing.
    """
    known = set(ShadowSpec.__dataclass_fields__)
    unknown = sorted(set(data) - known)
    missing = sorted({"trees", "start"} - set(data))
    if unknown or missing:
        raise TransactionError(
            "The shadow instance is described wrongly: unknown %s, missing %s." % (unknown or "none", missing or "none")
        )
    values: Dict[str, Any] = {}
    for name, value in data.items():
        if name in ("rewrite", "append", "environment") and isinstance(value, (list, tuple)):
            values[name] = tuple((str(pair[0]), str(pair[1])) for pair in value)
        elif name == "adapt" and isinstance(value, (list, tuple)):
            values[name] = tuple(_adaptation(*item) for item in value)
        elif name == "prepare" and isinstance(value, (list, tuple)):
            values[name] = tuple((str(pair[0]), tuple(str(word) for word in pair[1])) for pair in value)
        elif name in ("trees", "start", "folders") and isinstance(value, (list, tuple)):
            values[name] = tuple(str(item) for item in value)
        elif name == "endpoints" and isinstance(value, (list, tuple)):
            values[name] = tuple(dict(item) for item in value)
        elif name in ("timeout", "settle"):
            values[name] = float(str(value))
        elif name == "ports":
            values[name] = int(str(value))
        else:
            values[name] = value
    return ShadowSpec(**values)


def _adaptation(path: str, name: str, given: Mapping[str, Any]) -> Tuple[str, str, Mapping[str, str]]:
    if name not in ADAPTERS:
        raise TransactionError("A shadow's file is not made by %r; there are %s." % (name, ", ".join(sorted(ADAPTERS))))
    return str(path), name, {str(key): str(value) for key, value in given.items()}
