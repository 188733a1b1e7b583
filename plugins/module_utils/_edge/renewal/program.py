# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program as one file: our own modules in a zip application (PEP 441) that needs nothing but Python.

The code came to the host with the module that calls this, so it is of one version with what the controller runs.  The
same code makes the same bytes on each host.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import io
import os
import zipfile
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files

OURS = "ansible_collections.intransit.tls."
_SHEBANG = b"#!/usr/bin/python3 -I\n"
_MOMENT = (1980, 1, 1, 0, 0, 0)
_MAIN = "import sys\n\nfrom {0} import main\n\nsys.exit(main())\n"


def write_program(path: str, entry: str, dry: bool = False) -> dict[str, Any]:
    """Write the application to ``path``, if it is not there already.

    Returns:
        ``changed``, ``path`` and ``sha256``.

    Raises:
        TransactionError: the folder is missing.
    """
    content = build_program(entry)
    facts = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o755}
    present = files.read_state(path)
    same = present.content == content and all(present.facts.get(key) == value for key, value in facts.items())
    if not same and not dry:
        files.write_state(path, State(facts, content))
    return {"changed": not same, "path": path, "sha256": hashlib.sha256(content).hexdigest()}


def build_program(entry: str) -> bytes:
    """Return the application that calls ``main`` of the module named ``entry``."""
    sources = list_sources(entry)
    stream = io.BytesIO(_SHEBANG)
    stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_STORED) as archive:
        for path, text in sorted({**sources, "__main__.py": _MAIN.format(entry)}.items()):
            archive.writestr(zipfile.ZipInfo(path, _MOMENT), text.encode("utf-8"))
    return stream.getvalue()


def list_sources(entry: str) -> dict[str, str]:
    """Return the source of a module and of all that it imports of this collection, by its path in the application.

    Raises:
        TransactionError: the source of one of them is nowhere.
    """
    found: dict[str, str] = {}
    waiting, seen = [entry], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        text = _read_source(name)
        if text is None:
            if name == entry:
                raise TransactionError(f"The source of {name} was not found, so the program cannot be made.")
            continue
        found[name.replace(".", "/") + ".py"] = text
        waiting += _list_imports(text)
    for path in list(found):
        parts = path.split("/")[:-1]
        for length in range(1, len(parts) + 1):
            found.setdefault("/".join(parts[:length]) + "/__init__.py", "")
    return found


def _list_imports(text: str) -> list[str]:
    """Return the names of our modules that a source imports; some are of functions, which are no modules."""
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS):
            names += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


def _read_source(name: str) -> Optional[str]:
    """Return the source of a module; None if there is no such module, or it is a package."""
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    if spec is None or spec.submodule_search_locations is not None or spec.loader is None:
        return None
    loader: Any = spec.loader
    text: Optional[str] = loader.get_source(name)
    return text
