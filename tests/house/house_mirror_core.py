# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources of the core and filters that have no unit test of their own yet; the list only shrinks."""

MISSING: tuple[str, ...] = ()
