#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Report what is installed, which TLS library it is linked to, and what it listens on."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_info
short_description: Report installed services, the TLS library each is linked to, and what they listen on
version_added: 0.1.0
description:
  - Reads in one round trip what a play has to know before it writes a daemon's TLS settings.
  - The TLS library is read from the daemon's dynamic linking and the library is asked for its version, since
    that, and not the release's name, decides the language of cipher settings.
  - Configurations are reported as the daemon itself reads them, as far as it can print that. Nothing is judged here.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.reads_only
options:
  services:
    description: Services to report. Default is all known services.
    type: list
    elements: str
    choices: [apache, nginx, haproxy, postfix, exim, dovecot, courier_imap, openldap]  # generated: services
  packages:
    description: Debian packages whose installed versions to report as well.
    type: list
    elements: str
    default: []
  questions:
    description:
      - No longer answered; any value is an error. Ask M(intransit.tls.endpoint_info) with its option C(resolver_files) whether name servers
        validate DNSSEC.
    type: list
    elements: str
    default: []
seealso:
  - module: intransit.tls.service_config
"""

EXAMPLES = r"""
- name: Read which TLS library Apache uses
  intransit.tls.service_info:
    services: [apache]
  register: present

- name: Show the TLS settings of its virtual hosts
  ansible.builtin.debug:
    var: present.services.apache.tls_settings
"""

RETURN = r"""
services:
  description: One entry for each service that was asked for.
  returned: always
  type: dict
  contains:
    installed:
      description: Whether the service's package is installed.
      type: bool
    version:
      description: Version of the package, null if it is not installed.
      type: str
    tls_library:
      description: C(name) (openssl or gnutls), C(version), C(path), and C(asked), the file whose linking was read.
      type: dict
    configuration:
      description: Its configuration files and folders that exist.
      type: list
      elements: str
    units:
      description: Its systemd units with C(name), C(active), C(sub), C(up) and C(enabled).
      type: list
      elements: dict
    listeners:
      description: Its listening TCP sockets with C(address), C(port) and C(process).
      type: list
      elements: dict
    vhosts:
      description: For apache, its virtual hosts that are not ours.
      type: list
      elements: dict
    listens:
      description: For apache, its Listen lines that are not ours; for courier_imap, what its settings listen on.
      type: list
      elements: dict
    modules:
      description: For apache, the modules that are switched on.
      type: list
      elements: str
    tls_settings:
      description:
        - For apache, the TLS directives in virtual hosts, sections and files that are read after those of this collection, each
          with C(file), C(line), C(macro), C(text), C(name), C(arguments), C(where), C(vhost) and C(tls_port). The role judges
          them.
      type: list
      elements: dict
    protocols:
      description: For courier_imap, the protocols whose files exist, imap and pop3.
      type: list
      elements: str
    settings:
      description:
        - For courier_imap, the TLS settings of each file; null if the value uses shell expansion.
        - For postfix, the TLS and login parameters of main.cf, as they are written there.
      type: dict
    virtual_certificates:
      description: For courier_imap, certificates that it serves for other names.
      type: list
      elements: str
    cleartext_logins:
      description: For courier_imap, programs that log in to this host by IMAP without TLS, each with C(file) and C(target).
      type: list
      elements: dict
    unit:
      description: For postfix, the systemd unit that really runs it.
      type: str
    mail_version:
      description: For postfix, its C(mail_version).
      type: str
    hostname:
      description: For postfix, its C(myhostname).
      type: str
    domains:
      description: For postfix, the domains that it accepts mail for, except those in tables.
      type: list
      elements: str
    local_domains:
      description: For postfix, those of C(domains) whose mail it delivers itself (C(mydestination)).
      type: list
      elements: str
    aliases:
      description: For postfix, the tables of C(virtual_alias_maps) (C(virtual)) and C(alias_maps) (C(local)) whose files exist.
      type: dict
    interfaces:
      description: For postfix, C(inet_interfaces).
      type: list
      elements: str
    queue_directory:
      description: For postfix, C(queue_directory), the folder of its queue.
      type: str
    daemon_directory:
      description: For postfix, C(daemon_directory), the folder of its programs.
      type: str
    recipient_delimiter:
      description: For postfix, C(recipient_delimiter), which separates a name from its extension.
      type: str
    files:
      description: For postfix, C(main) and C(master), its two files.
      type: dict
    entries:
      description:
        - For postfix, the services of master.cf, each with C(service), C(type), C(host), C(port), C(loopback), C(command),
          C(chroot), C(line), and those C(options) that concern TLS, logins and relaying.
      type: list
      elements: dict
    resolver_files:
      description:
        - For postfix, the files by which it finds its name servers. If it sends mail from a chroot, the copy that it reads there counts as well.
      type: list
      elements: str
    sasl:
      description:
        - For postfix, its login backends. C(dovecot) says whether its usual socket exists, C(sockets) whether each C(smtpd_sasl_path)
          is one, C(cyrus) whose settings exist
          (V(absent), V(ours), V(theirs)), C(rimap) whether saslauthd logs in elsewhere in clear text.
      type: dict
    present_certificates:
      description:
        - For postfix, courier_imap and openldap, the files that they serve, each with C(certificate), C(private_key), C(chain), and C(owner)
          and C(group), who may own the key besides root.
      type: list
      elements: dict
    present_hsts:
      description: For apache and nginx, the value of the HSTS header that the role wrote; empty if it wrote none.
      type: str
    folder:
      description: For openldap, the folder of cn=config, null if a slapd.conf is used.
      type: str
    slapd_conf:
      description: For openldap, the slapd.conf if one is used.
      type: str
    user:
      description: For openldap, the account that slapd runs as; C(group) is its group.
      type: str
    services:
      description: For openldap, C(SLAPD_SERVICES), the URLs that it listens on; null if the value uses shell expansion.
      type: str
    global:
      description: For openldap, the attributes of cn=config that concern TLS and security, each with its values.
      type: dict
    databases:
      description: For openldap, its databases, each with C(dn), C(suffix) and C(security).
      type: list
      elements: dict
    replication:
      description: For openldap, the providers that databases are replicated from, each with C(dn), C(provider) and C(encrypted).
      type: list
      elements: dict
    config_replicated:
      description: For openldap, whether cn=config is replicated.
      type: bool
    inline_certificates:
      description: For openldap, attributes of cn=config that hold a certificate or key themselves.
      type: list
      elements: str
    client:
      description: For openldap, C(tls_library) of the LDAP clients and the TLS C(settings) of ldap.conf.
      type: dict
    pop3_version:
      description: For courier_imap, the version of C(courier-pop); null if that is not installed.
      type: str
    problems:
      description: For apache, courier_imap and postfix, what could not be read.
      type: list
      elements: str
listeners:
  description:
    - Every TCP socket of the host on which a program listens, with C(address), C(port), C(pid) and C(process) (name of the program).
  returned: always
  type: list
  elements: dict
packages:
  description: For each service and each of O(packages), the installed version of its package; null if it is not installed.
  returned: always
  type: dict
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.reader import look


def report(given: dict[str, Any]) -> dict[str, Any]:
    """Return what the host says of its services.

    Raises:
        ArgumentError: a question that this module no longer answers.
    """
    if given["questions"]:
        raise ArgumentError(
            f"questions: {', '.join(given['questions'])} is not answered here any more. Use the option resolver_files of "
            "intransit.tls.endpoint_info; the files are in services.postfix.resolver_files of this module.")
    return look(sorted(HOSTS) if given["services"] is None else given["services"], given["packages"])


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=dict(
            services=dict(type="list", elements="str", choices=sorted(HOSTS)),
            packages=dict(type="list", elements="str", default=[]),
            questions=dict(type="list", elements="str", default=[]),
        ),
        supports_check_mode=True,
    )
    finish(module, lambda: report(module.params))


if __name__ == "__main__":
    main()
