# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sources of the edge and modules that have no unit test of their own yet; the list only shrinks."""

MISSING = (
    "plugins/module_utils/_ansible/argspec.py",
    "plugins/module_utils/_edge/cert/parse.py",
    "plugins/module_utils/_edge/change/instance.py",
    "plugins/module_utils/_edge/change/instance_unit.py",
    "plugins/module_utils/_edge/change/kinds/assignments.py",
    "plugins/module_utils/_edge/change/kinds/base.py",
    "plugins/module_utils/_edge/change/kinds/disabled_lines.py",
    "plugins/module_utils/_edge/change/kinds/file.py",
    "plugins/module_utils/_edge/change/kinds/postfix_master.py",
    "plugins/module_utils/_edge/change/kinds/registry.py",
    "plugins/module_utils/_edge/change/validate.py",
    "plugins/module_utils/_edge/cipher_list/configured.py",
    "plugins/module_utils/_edge/host/unit.py",
    "plugins/module_utils/_edge/service/registry.py",
)
