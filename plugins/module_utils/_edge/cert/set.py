# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A set of key, certificate and chain on a host: judged first, then put in place in one step.

A set is a folder of its own below ``.sets``; the name that services use is a symbolic
link to it.  A new set is written beside the old one, judged there, and takes the name by
one rename, so that no service ever reads a key with another certificate.  What fails the
judgement is removed again and the old set stays in use.  Runs that bring the same set wait
for each other, and no folder on the way may be one that another account could change.

A set that replaces another may be staged: then the link stays, and the transaction of the
service that uses the set moves it, so that a service that refuses the set keeps the old one.

    /etc/ssl/intransit/www        -> .sets/www.3f9c1d22ab04e871
    /etc/ssl/intransit/www/privkey.pem  cert.pem  chain.pem  fullchain.pem  [bundle.pem]
"""

from __future__ import annotations

import grp
import hashlib
import os
import pwd
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import due as reasons
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.change.arguments import read_mode
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse as certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import Request, check
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import open_file
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import guarded, lock
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii

SETS = ".sets"
KEY, LEAF, CHAIN, FULLCHAIN, BUNDLE = "privkey.pem", "cert.pem", "chain.pem", "fullchain.pem", "bundle.pem"
ORIGIN = "origin"
SECRET = (KEY, BUNDLE)
FOLDER_MODE = 0o755
"""Services that are not root have to get at their certificate; the key's own mode protects it."""
LOCK_TIMEOUT = 60.0
"""Seconds to wait for another run that brings the same set."""


@dataclass(frozen=True)
class SetRequest:
    """What a set should be.  Fields are the options of ``certificate_set``."""

    path: str
    state: str = "present"
    """``present`` or ``absent``."""
    staged: Optional[str] = None
    """With ``absent``: only this set, if it is not in use, as ``staged`` of a result names it."""
    stage: bool = False
    """A set that replaces another is judged and kept beside it, and the link stays."""
    share: bool = False
    """A set of another name in the same folder is copied if it is all that is asked for and a new one is due."""
    certificate: Optional[str] = None
    chain: Optional[str] = None
    private_key: Optional[str] = None
    """A key on this host that is taken into the set; ``None``: the present one is kept."""
    bundle: str = "none"
    owner: str = "root"
    group: str = "root"
    mode: Any = "0600"
    """Octal digits as text; anything else is refused."""
    keep: int = 1
    policy: Any = None
    names: Sequence[str] = ()
    purpose: str = "server"
    key_type: Optional[str] = None
    key_size: Optional[int] = None
    curve: Optional[str] = None
    issuer: Optional[str] = None
    origin: Optional[str] = None
    """Where the certificate comes from, in one line; kept in the set."""
    renew_days: Optional[int] = None
    accept: Sequence[str] = ()


def bring(request: SetRequest, now: datetime, dry: bool = False) -> dict[str, Any]:
    """Put a new set in place, or look after the present one where no certificate is given.

    Returns:
        ``changed``, ``dry``, ``due`` (sentences: why a new certificate is needed; empty if it is
        not), ``made`` (whether there was no set of this name before), ``staged`` (where the link would lead;
        None if it leads there), ``files``, ``diff``, and the keys of ``certificate_check.check``; of a set that is
        removed only the first three.

    Raises:
        CertificateError: the new set is not fit for use (then the old one is still in
            place), or something stands in the way.
        TransactionError: another account could change a folder on the way, or another run holds
            the lock of this set for too long.
    """
    read_mode(request.mode)
    request = replace(request, path=os.path.abspath(request.path))
    _refuse_what_stands_in_the_way(request.path)
    if request.state == "absent":
        removed = _remove(request.path, dry) if request.staged is None else _remove_staged(request, request.staged, dry)
        return {"changed": removed, "dry": dry, "due": []}
    if dry:
        made = _folders_missing(request.path)
        return {**_bring(request, now, True, made), "dry": True}
    root, name = os.path.split(request.path)
    made = guarded.make_folder(os.path.join(root, SETS), FOLDER_MODE)
    with lock.hold_lock(os.path.join(root, SETS, f".{name}.lock"), LOCK_TIMEOUT):
        _sweep(root, name)
        return {**_bring(request, now, False, made), "dry": False}


def _bring(request: SetRequest, now: datetime, dry: bool, made: bool) -> dict[str, Any]:
    _refuse_what_stands_in_the_way(request.path)
    if request.certificate is None:
        return _look_after(request, now, dry, made)
    if not certificates.is_available():
        raise CertificateError(f"No certificate can be judged and put in place: {certificates.MISSING}.")
    return _install(request, now, dry)


def _remove(path: str, dry: bool) -> bool:
    """Remove every set of a name, and the folders if nothing else is in them."""
    root, name = os.path.split(path)
    sets = os.path.join(root, SETS)
    if dry or not os.path.isdir(sets):
        return os.path.lexists(path)
    guarded.make_folder(sets, FOLDER_MODE)
    there = os.path.lexists(path)
    kept = f".{name}.lock"
    with lock.hold_lock(os.path.join(sets, kept), LOCK_TIMEOUT):
        if there:
            os.unlink(path)
        for entry in os.listdir(sets):
            if re.fullmatch(re.escape(name) + r"(\.[0-9a-f]{16}a*|\.key)", entry):
                target = os.path.join(sets, entry)
                if os.path.isdir(target):
                    shutil.rmtree(target)
                else:
                    os.unlink(target)
        _sweep(root, name)
        os.unlink(os.path.join(sets, kept))
    for folder in (sets, root):
        if not os.listdir(folder):
            os.rmdir(folder)
    return there


def _remove_staged(request: SetRequest, staged: str, dry: bool) -> bool:
    """Remove one set that is not in use."""
    root, name = os.path.split(request.path)
    if not re.fullmatch(re.escape(f"{SETS}/{name}") + r"\.[0-9a-f]{16}a*", staged):
        raise CertificateError(
            f"{staged} is not a certificate set of {request.path}. Take the name from the result `staged`.")
    target = os.path.join(root, staged)
    if not os.path.isdir(target) or os.path.realpath(request.path) == os.path.realpath(target):
        return False
    if not dry:
        guarded.make_folder(os.path.join(root, SETS), FOLDER_MODE)
        with lock.hold_lock(os.path.join(root, SETS, f".{name}.lock"), LOCK_TIMEOUT):
            shutil.rmtree(target)
    return True


def _folders_missing(path: str) -> bool:
    return not os.path.isdir(os.path.join(os.path.dirname(path), SETS))


def _sweep(root: str, name: str) -> None:
    """Remove what runs that were cut off left of this set."""
    sets = os.path.join(root, SETS)
    for entry in os.listdir(sets):
        if re.fullmatch(re.escape(f".{name}.new") + r"(\.[0-9a-f]{16})?", entry):
            shutil.rmtree(os.path.join(sets, entry), ignore_errors=True)


def _refuse_what_stands_in_the_way(path: str) -> None:
    if os.path.lexists(path) and not os.path.islink(path):
        raise CertificateError(
            f"{path} is there and is not a link that this module made. Move it away, or give the entry another name."
        )


def _look_after(request: SetRequest, now: datetime, dry: bool, changed: bool) -> dict[str, Any]:
    if not os.path.exists(os.path.join(request.path, FULLCHAIN)):
        due: list[str] = [f"There is no certificate in {request.path} yet."]
        result: dict[str, Any] = _nothing(request)
    else:
        changed = _tidy(request, dry) or changed
        result = _judged(request, request.path, now)
        due = _due(request, result, now)
        waiting = _find_waiting(request, result, now) if due and request.stage else None
        if waiting is not None:
            return {**waiting, "changed": changed, "due": [], "diff": {"before": "", "after": ""}}
    shared = _find_shared(request, now) if due and request.share and not dry else None
    if shared is not None:
        return _install(shared, now, dry)
    after = "" if not due else "a new certificate is issued:\n" + "".join(f"  {line}\n" for line in due)
    return {**result, "changed": changed or bool(dry and due), "due": due, "diff": {"before": "", "after": after}}


def _find_waiting(request: SetRequest, in_use: Mapping[str, Any], now: datetime) -> Optional[dict[str, Any]]:
    """Return a set that its service did not take in an earlier run, if it is newer and all that is asked for.

    An authority may limit how often it issues a certificate for the same names.
    """
    begins = [item["not_before"] for item in in_use["certificates"] if item["leaf"]]
    for folder in _list_others(request, (os.path.realpath(request.path),)):
        result = _judged(request, folder, now)
        fresh = [item["not_before"] for item in result["certificates"] if item["leaf"]]
        if begins and fresh and fresh[0] > begins[0] and not _due(request, result, now):
            return {**result, "staged": os.path.join(SETS, os.path.basename(folder))}
    return None


def _find_shared(request: SetRequest, now: datetime) -> Optional[SetRequest]:
    """Return the request for a copy of another service's set, if one is all that is asked for but its owner."""
    root, own = os.path.split(request.path)
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name)
        if not (os.path.islink(folder) and _is_form_of_same(name, own) and _read_origin(folder) == request.origin):
            continue
        result = {**_judged(request, folder, now), "problems": []}
        if not _due(request, result, now):
            leaf, chain = (open_file(os.path.join(folder, part))[1].decode("ascii") for part in (LEAF, CHAIN))
            return replace(request, certificate=leaf, chain=chain, private_key=os.path.join(folder, KEY))
    return None


def _is_form_of_same(name: str, own: str) -> bool:
    """True for sets that were made of one entry: ``www`` and ``www.postfix``, or ``www.postfix`` and ``www.exim``."""
    entries = [{item, item.rpartition(".")[0]} - {""} for item in (name, own)]
    return name != own and bool(entries[0] & entries[1])


def _nothing(request: SetRequest) -> dict[str, Any]:
    return {
        "certificates": [], "private_keys": [], "findings": [], "problems": [], "compliant": False,
        "parser": certificates.load_parser(), "files": _paths(request), "origin": None,
    }  # fmt: skip


def _due(request: SetRequest, result: Mapping[str, Any], now: datetime) -> list[str]:
    wanted = reasons.Wanted(
        names=tuple(to_ascii(name) for name in request.names),
        key_type=request.key_type,
        key_size=request.key_size,
        curve=request.curve,
        renew_days=request.renew_days,
        issuer_sha256=None if request.issuer is None else certificates.hash_pem(request.issuer),
        origin=request.origin,
    )
    return list(reasons.is_due(result, wanted, now))


def _judged(request: SetRequest, folder: str, now: datetime) -> dict[str, Any]:
    anchors = os.path.join(folder, CHAIN)
    result = check(
        Request(
            paths=[os.path.join(folder, KEY), os.path.join(folder, FULLCHAIN)],
            policy=request.policy,
            names=request.names,
            purpose=request.purpose,
            trust_anchors=[anchors] if request.issuer is not None and _holds_something(anchors) else None,
            min_days_left=0 if request.renew_days is None else 1,
            key_owners=(request.owner, "root"),
            key_groups=(request.group, "ssl-cert"),
            accept=request.accept,
            passes=False,
        ),
        now,
    )
    if not result["private_keys"]:
        result["problems"].append(f"{os.path.join(folder, KEY)} holds no private key.")
    return {**result, "compliant": not result["problems"], "files": _paths(request), "origin": _read_origin(folder)}


def _read_origin(folder: str) -> Optional[str]:
    try:
        return open_file(os.path.join(folder, ORIGIN))[1].decode("utf-8", "replace").strip() or None
    except CertificateError:
        return None


def _holds_something(path: str) -> bool:
    return os.path.exists(path) and os.path.getsize(path) > 0


def _paths(request: SetRequest) -> dict[str, Optional[str]]:
    names = {"private_key": KEY, "certificate": LEAF, "chain": CHAIN, "fullchain": FULLCHAIN}
    paths: dict[str, Optional[str]] = {key: os.path.join(request.path, name) for key, name in names.items()}
    paths["bundle"] = os.path.join(request.path, BUNDLE) if request.bundle != "none" else None
    return paths


def _install(request: SetRequest, now: datetime, dry: bool) -> dict[str, Any]:
    if _is_in_place(request):
        changed = _tidy(request, dry)
        same = {"before": "", "after": ""}
        return {**_judged(request, request.path, now), "changed": changed, "due": [], "staged": None, "diff": same}
    before, made = _described(request.path), not os.path.lexists(request.path)
    if dry:
        return {**_nothing(request), "changed": True, "made": made, "due": [],
                "diff": {"before": before, "after": "a new set\n"}}
    contents = _contents(request)
    root, name = os.path.split(request.path)
    staging = os.path.join(root, SETS, f".{name}.new.{secrets.token_hex(8)}")
    _write_set(staging, contents, request)
    result = _judged(request, staging, now)
    if not result["compliant"]:
        shutil.rmtree(staging, ignore_errors=True)
        _forget_staged(request)
        raise CertificateError(
            f"The new certificate for {request.path} is not fit for use, so the one in use was left as it was: "
            + " ".join(result["problems"]).replace(staging, request.path),
            {"problems": result["problems"], "findings": result["findings"]},
        )
    target = os.path.join(SETS, f"{name}.{hashlib.sha256(contents[FULLCHAIN]).hexdigest()[:16]}")
    waits = request.stage and os.path.exists(os.path.join(request.path, FULLCHAIN))
    target = _swap(request.path, staging, target, waits)
    _forget_staged(request)
    _prune(request, target)
    result = _judged(request, os.path.join(root, target), now)
    return {**result, "changed": True, "made": made, "due": [], "staged": target if waits else None,
            "diff": {"before": before, "after": _described(os.path.join(root, target))}}


def _is_in_place(request: SetRequest) -> bool:
    """The certificate and chain given are those in use, and so is the key, if one is waiting."""
    try:
        leaf, chain, key = (open_file(os.path.join(request.path, name))[1] for name in (LEAF, CHAIN, KEY))
        waiting = key
        if request.private_key is not None and os.path.exists(request.private_key):
            waiting = open_file(request.private_key)[1].strip() + b"\n"
    except CertificateError:
        return False
    same = (leaf, chain, key) == (_text(request.certificate), _text(request.chain), waiting)
    return same and request.origin in (None, _read_origin(request.path))


def _text(given: Optional[str]) -> bytes:
    text = (given or "").strip().encode("utf-8")
    return text + b"\n" if text else b""


def _contents(request: SetRequest) -> dict[str, bytes]:
    key = open_file(_key_file(request))[1].strip() + b"\n"
    leaf, chain = _text(request.certificate), _text(request.chain)
    contents = {KEY: key, LEAF: leaf, CHAIN: chain, FULLCHAIN: leaf + chain}
    if request.origin is not None:
        contents[ORIGIN] = _text(request.origin)
    if request.bundle == "key_first":
        contents[BUNDLE] = key + leaf + chain
    return contents


def _key_file(request: SetRequest) -> str:
    """Return where the key is: as given, or in the present set, which may have taken the waiting one over already."""
    present = os.path.join(request.path, KEY)
    if request.private_key is None or (_is_waiting(request.private_key) and not os.path.exists(request.private_key)):
        return present
    return request.private_key


def _is_waiting(path: str) -> bool:
    """True for a key that lies beside the sets until a certificate for it comes."""
    return os.path.basename(os.path.dirname(path)) == SETS


def _account(request: SetRequest) -> tuple[int, int]:
    try:
        return pwd.getpwnam(request.owner).pw_uid, grp.getgrnam(request.group).gr_gid
    except KeyError as error:
        raise CertificateError(
            f"The key in {request.path} should belong to {request.owner}:{request.group}, but this host has no such "
            f"account or group ({error.args[0]}). Install the service first, or correct the entry."
        ) from None


def _write_set(folder: str, contents: Mapping[str, bytes], request: SetRequest) -> None:
    uid, gid = _account(request)
    mode = read_mode(request.mode)
    try:
        os.mkdir(folder, 0o700)
        os.chmod(folder, FOLDER_MODE)
        for name, data in contents.items():
            secret = name in SECRET
            _write(os.path.join(folder, name), data, (uid, gid) if secret else (0, 0), mode if secret else 0o644)
        _sync_folder(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CertificateError(f"The new set {folder} cannot be written: {error.strerror}.") from None


def _write(path: str, data: bytes, owner: tuple[int, int], mode: int) -> None:
    """Write one file that nobody can read before it has its final owner and mode."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        if os.geteuid() == 0:
            os.fchown(stream.fileno(), *owner)
        os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(path: str, staging: str, target: str, waits: bool) -> str:
    """Give the new set its own name, which is returned, and, unless it waits, let ``path`` lead to it by one rename."""
    root, name = os.path.split(path)
    final, beside = os.path.join(root, target), os.path.join(root, SETS, f".{name}.link")
    try:
        if os.path.realpath(path) == os.path.realpath(final):  # the same certificate with another key or bundle
            target += "a"
            final += "a"
        shutil.rmtree(final, ignore_errors=True)
        os.rename(staging, final)
        _sync_folder(os.path.join(root, SETS))
        if waits:
            return target
        if os.path.lexists(beside):
            os.unlink(beside)
        os.symlink(target, beside)
        os.replace(beside, path)
        _sync_folder(os.path.join(root, SETS))
        _sync_folder(root)
    except OSError as error:
        raise CertificateError(f"{path} cannot be pointed at the new set: {error.strerror}.") from None
    return target


def _tidy(request: SetRequest, dry: bool) -> bool:
    """Give the secret files of the present set the owner, group, mode and bundle asked for."""
    folder = os.path.realpath(request.path)
    wanted = (*_account(request), read_mode(request.mode))
    changed = False
    bundle = os.path.join(folder, BUNDLE)
    if (request.bundle != "none") != os.path.exists(bundle):
        changed = True
        if not dry:
            _make_or_remove_bundle(folder, request)
    for name in SECRET:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            status = os.stat(path)
            if (status.st_uid, status.st_gid, status.st_mode & 0o7777) != wanted:
                changed = True
                if not dry:
                    os.chown(path, wanted[0], wanted[1])
                    os.chmod(path, wanted[2])
    return changed


def _make_or_remove_bundle(folder: str, request: SetRequest) -> None:
    path = os.path.join(folder, BUNDLE)
    if request.bundle == "none":
        os.unlink(path)
        return
    parts = [open_file(os.path.join(folder, name))[1] for name in (KEY, FULLCHAIN)]
    staged = path + ".new"
    if os.path.lexists(staged):
        os.unlink(staged)
    _write(staged, b"".join(parts), _account(request), read_mode(request.mode))
    os.replace(staged, path)


def _forget_staged(request: SetRequest) -> None:
    if request.private_key is not None and _is_waiting(request.private_key):
        try:
            os.unlink(request.private_key)
        except FileNotFoundError:
            pass


def _prune(request: SetRequest, new: str) -> None:
    """Remove older sets of this name but the one in use, the ``new`` one and the last ``keep`` others."""
    stay = (os.path.realpath(request.path), os.path.realpath(os.path.join(os.path.dirname(request.path), new)))
    for path in _list_others(request, stay)[request.keep:]:
        shutil.rmtree(path, ignore_errors=True)


def _list_others(request: SetRequest, stay: Sequence[str]) -> list[str]:
    """Return the sets of this name that are not in ``stay`` (real paths), the newest first."""
    folder = os.path.join(os.path.dirname(request.path), SETS)
    stem = os.path.basename(request.path) + "."
    others = [
        os.path.join(folder, name)
        for name in (os.listdir(folder) if os.path.isdir(folder) else ())
        if re.fullmatch(re.escape(stem) + "[0-9a-f]{16}a*", name)
        and os.path.realpath(os.path.join(folder, name)) not in stay
    ]
    return sorted(others, key=os.path.getmtime, reverse=True)


def _described(path: str) -> str:
    """Say what a set holds, for the diff; nothing secret."""
    try:
        data = open_file(os.path.join(path, LEAF))[1]
    except CertificateError:
        return "no certificate\n"
    try:
        facts = certificates.read_pem(data.decode("ascii", "replace"), path)
    except CertificateError as error:
        return f"unreadable: {error.message}\n"
    return (
        f"names: {list_words(facts.dns_names + facts.ip_addresses)}\nissuer: {facts.issuer}\n"
        f"key: {facts.key.kind} {facts.key.curve or facts.key.bits}\n"
        f"not after: {facts.not_after.isoformat()}\nsha256: {facts.sha256}\n"
    )
