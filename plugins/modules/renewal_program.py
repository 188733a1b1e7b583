#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Install the program by which a host renews its certificates without a controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: renewal_program
short_description: Installs the program by which a host renews its certificates by itself
version_added: 0.2.0
description:
  - Writes one file, a zip application for Python that holds the code of this collection that it needs. Ansible is not needed to run it.
  - The program reads jobs from C(/etc/intransit.tls/renew), which the role C(renewal) writes.
author:
  - the intransit.tls contributors (@intransit-tls)
options:
  path:
    description: Where the program is installed. Its folder has to exist.
    type: path
    default: /usr/local/sbin/intransit-tls-renew
attributes:
  check_mode:
    description: Says whether the file would change.
    support: full
  diff_mode:
    description: The program is not a text file. The result has its checksum.
    support: none
seealso:
  - module: intransit.tls.certificate_set
  - module: intransit.tls.service_config
"""

EXAMPLES = r"""
- name: Install the program
  intransit.tls.renewal_program:
"""

RETURN = r"""
path:
  description: Where the program is.
  returned: success
  type: str
sha256:
  description: SHA-256 of the program in hex.
  returned: success
  type: str
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal import main as program
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.program import write_program


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=dict(path=dict(type="path", default="/usr/local/sbin/intransit-tls-renew")),
        supports_check_mode=True,
    )

    def call() -> dict[str, Any]:
        return write_program(module.params["path"], program.__name__, module.check_mode)

    finish(module, call)


if __name__ == "__main__":
    main()
