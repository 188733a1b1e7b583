# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Twin of ``_ansible/argspec.py`` ``make_policy_argument()``."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents ``make_policy_argument()`` of ``_ansible/argspec.py``."""

    DOCUMENTATION = r"""
options:
  policy:
    description:
      - Policy to apply.
      - A string names a profile (V(modern), V(intermediate), V(old), V(hardened), V(rfc9325), V(bsi), V(nist),
        V(ncsc_nl), V(pci)) or a data class (V(public), V(restricted), V(confidential), V(secret)).
      - A dictionary is a profile of your own. Its key C(extends) names the profile it starts from,
        the other keys replace what that profile says.
    type: raw
"""
