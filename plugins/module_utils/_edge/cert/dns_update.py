# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What challenge dns-01 needs on the controller besides this collection: only whoever uses it has to install it."""

from __future__ import annotations

from importlib.util import find_spec

NEEDS = (
    ("ansible_collections.community.general.plugins.modules.nsupdate", "the collection community.general"),
    ("dns.update", "the Python library dnspython (for Ansible's own interpreter)"),
)


def find_missing(needs: tuple[tuple[str, str], ...] = NEEDS) -> tuple[str, ...]:
    """Return what is not installed, in words."""
    return tuple(words for name, words in needs if not _is_there(name))


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
