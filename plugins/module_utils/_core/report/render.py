# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One door to every form of report: a document and a format in, text out."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.report import sheets
from ansible_collections.intransit.tls.plugins.module_utils._core.report.junit import render_junit
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page import render_page
from ansible_collections.intransit.tls.plugins.module_utils._core.report.text import write_document_table


def _json(made: Mapping[str, Any]) -> str:
    return _json_bytes(made).decode("ascii")


def _json_bytes(made: Mapping[str, Any]) -> bytes:
    """What ``json.dumps(made, indent=1, sort_keys=True)`` returns, and a newline.

    That one takes twice the time and five times the size of what it makes, most of it for a list of all
    the pieces; here each goes to a buffer at once.
    """
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii", newline="\n")
    _put(made, "\n", stream.write)
    stream.write("\n")
    stream.flush()
    return buffer.getvalue()


def _put(value: Any, margin: str, write: Callable[[str], Any]) -> None:
    inner, before = margin + " ", "{"
    if value and isinstance(value, dict):
        for key, item in sorted(value.items()):
            write(f"{before}{inner}{quoted(key if isinstance(key, str) else json.dumps(key))}: ")
            _put(item, inner, write)
            before = ","
        write(margin + "}")
    elif value and isinstance(value, (list, tuple)):
        before = "["
        for item in value:
            write(before + inner)
            _put(item, inner, write)
            before = ","
        write(margin + "]")
    else:
        write(quoted(value) if isinstance(value, str) else json.dumps(value))


_RENDERERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "json": _json,
    "text": write_document_table,
    "html": render_page,
    "junit": render_junit,
    "csv": sheets.list_endpoints,
    "certificates": sheets.list_certificates,
    "ciphers": sheets.list_ciphers,
    "findings": sheets.list_findings,
    "files": sheets.list_files,
    "listeners": sheets.list_listeners,
}

FORMATS: dict[str, str] = {
    "json": ".json",
    "text": ".txt",
    "html": ".html",
    "junit": ".junit.xml",
    "csv": ".csv",
    "certificates": ".certificates.csv",
    "ciphers": ".ciphers.csv",
    "findings": ".findings.csv",
    "files": ".files.csv",
    "listeners": ".listeners.csv",
}
"""Every format with the ending of its file."""


def render(form: str, made: Mapping[str, Any]) -> str:
    """Return the document in one of FORMATS."""
    return _RENDERERS[form](made)


def encode_report(form: str, made: Mapping[str, Any]) -> bytes:
    """Return the content of the document's file in one of FORMATS."""
    if form == "json":  # by far the longest: never held as text and as bytes
        return _json_bytes(made)
    return render(form, made).encode("utf-8", "replace")
