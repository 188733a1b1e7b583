# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many cases each fuzz target had, added up over the processes of a run."""

from __future__ import annotations

from collections import Counter

RAN: Counter[str] = Counter()
