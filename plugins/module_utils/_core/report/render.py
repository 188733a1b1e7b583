# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One door to every form of report: a document and a format in, text out."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.report import sheets
from ansible_collections.intransit.tls.plugins.module_utils._core.report.junit import junit
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page import page
from ansible_collections.intransit.tls.plugins.module_utils._core.report.text import document_table


def _json(made: Mapping[str, Any]) -> str:
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


_RENDERERS: Dict[str, Callable[[Mapping[str, Any]], str]] = {
    "json": _json,
    "text": document_table,
    "html": page,
    "junit": junit,
    "csv": sheets.endpoints,
    "certificates": sheets.certificates,
    "ciphers": sheets.ciphers,
    "findings": sheets.findings,
    "listeners": sheets.listeners,
}

FORMATS: Dict[str, str] = {
    "json": ".json",
    "text": ".txt",
    "html": ".html",
    "junit": ".junit.xml",
    "csv": ".csv",
    "certificates": ".certificates.csv",
    "ciphers": ".ciphers.csv",
    "findings": ".findings.csv",
    "listeners": ".listeners.csv",
}
"""Every format with the ending of its file."""


def render(form: str, made: Mapping[str, Any]) -> str:
    """Return the document in one of FORMATS."""
    return _RENDERERS[form](made)
