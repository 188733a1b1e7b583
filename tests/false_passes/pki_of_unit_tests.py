# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The maker of certificates of the unit tests, under a name that can be imported from here."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_FILE = Path(__file__).parents[1] / "unit" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("pki_of_unit_tests_file", _FILE)
assert _SPEC is not None and _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

NOW, authority, certificate, hashes, key, pem, private, raw_names, Usage, x509 = (
    getattr(_MODULE, name) for name in (
        "NOW", "authority", "certificate", "hashes", "key", "pem", "private", "raw_names", "Usage", "x509"))
