# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every row: to import this puts them on the list."""

from __future__ import annotations

import importlib

from attempts import ATTEMPTS

for _name in ("rows_certificates", "rows_pages", "rows_plaintext", "rows_tls"):
    importlib.import_module(_name)

ROWS = tuple(ATTEMPTS)
