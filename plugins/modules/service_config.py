#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change a service's settings as one transaction: complete and confirmed, or undone."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_config
short_description: Change a service's settings as one transaction
version_added: 0.1.0
description:
  - Applies a list of changes to a service completely or not at all.
  - The order is lock, read, validate, journal, swap, activate, confirm on the wire, commit. Whatever fails
    after the journal is undone, the service is activated again, and the module fails with the reason.
  - A run that was killed in the middle leaves a journal below C(/var/lib/intransit.tls). The next run for the same
    service puts that back first and reports it as RV(recovered).
  - If nothing differs, nothing is written, but the endpoints are still probed; a daemon that runs with other
    settings than those on the disk is activated.
  - The last five committed changes of each service are kept, readable by root alone. O(restore) takes one back, as a transaction
    of its own.
author:
  - the intransit.tls contributors (@intransit-tls)
extends_documentation_fragment:
  - intransit.tls.policy
attributes:
  check_mode:
    support: full
    description: Validates the new settings and changes nothing; the endpoints are not probed.
  diff_mode:
    support: full
    description:
      - Shows the changed lines only, and no value of a secret-looking key.
      - Of a file that this collection did not write, and of virtual hosts that O(changes[].kind=apache_sites) copies, it shows
        the number of lines and a checksum instead of the content.
options:
  name:
    description:
      - Name of the service. Transactions of one name wait for each other.
      - It begins with a letter or digit and has letters, digits and C(. _ @ -) only.
    type: str
    required: true
  changes:
    description: Changes, in the order in which they are applied. Required unless O(restore) is set.
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - V(file) is the whole of one file, a link, or its absence.
          - V(edited_file) are some lines of a file; the rest of it is kept, and it is not written if nothing differs.
          - V(ldap) are attributes of one entry of slapd's own configuration, changed in one modify while slapd runs.
          - V(syncrepl) are values of C(olcSyncrepl), which hold a password and are edited on the host. StartTLS is demanded of
            O(changes[].providers) that answer by it with a certificate that verifies; the others stay, with a warning.
          - V(apache_sites) is a file with a TLS site for each of several plain virtual hosts of Apache.
          - V(unit) is a systemd unit that runs now and at every boot, or neither.
          - V(certificate_set) gives the link in O(changes[].path) the set that waits next to it, which O(changes[].target) names, as
            M(intransit.tls.certificate_set) returned it. It is not among the changes that O(restore) takes back.
          - V(revocation_list) is the file with the revocation lists of the authorities in O(changes[].ca_file). One that expired, is
            damaged or is signed by another authority is refused. It is not among the changes that O(restore) takes back.
        type: str
        required: true
        choices: [file, edited_file, unit, ldap, syncrepl, apache_sites, certificate_set, revocation_list]
      format:
        description:
          - For O(changes[].kind=edited_file), how the lines are edited.
          - V(assignments) are C(KEY=value) lines of a file that a shell sources.
          - V(keywords) are C(KEYWORD value) lines of a file such as C(/etc/ldap/ldap.conf).
          - V(postfix_main) are parameters of Postfix's C(main.cf), V(postfix_master) services of its C(master.cf).
          - V(php_settings) are settings in the file of a PHP application, such as C($config['imap_host']).
          - V(php_switches) are switches in the file of a PHP application that returns an array, fills a global array or defines
            constants. What only PHP can read is refused. V(kopano) are C(name = value) lines of Kopano Core.
          - V(sections) are lines of a section with C(=) or a colon behind the key, as in C(/etc/sssd/sssd.conf).
          - V(dovecot_blocks) are settings of Dovecot in the blocks that O(changes[].values) names, C(" > ") between a block and one in it.
          - V(disabled_lines) turns given lines into comments.
          - V(marked_lines) adds words and turns lines into comments. What an earlier change of this format did to the file,
            and this one does not, is taken back.
          - V(exim) does the same to a file of Exim's configuration, which takes no comment behind a value.
        type: str
        choices: [assignments, keywords, postfix_main, postfix_master, php_settings, php_switches, kopano, sections, disabled_lines, exim, marked_lines,
                  dovecot_blocks]
      path:
        description:
          - Absolute path.
          - For O(changes[].kind=ldap), the folder of the configuration. Default is C(/etc/ldap/slapd.d).
        type: path
      state:
        description: For O(changes[].kind=file), the wanted state of the path; for O(changes[].kind=unit), that of the unit.
        type: str
        choices: [present, link, absent, started, stopped]
      unit:
        description:
          - For O(changes[].kind=unit), its name.
          - For O(changes[].kind=ldap), the unit that runs slapd. Default is C(slapd.service).
        type: str
      content:
        description: For O(changes[].state=present), the whole content of the file; for O(changes[].kind=revocation_list), the lists in PEM.
        type: str
      source:
        description: For O(changes[].kind=revocation_list), a file on the host with the lists, in place of O(changes[].content).
        type: path
      with_authorities:
        description: For O(changes[].kind=revocation_list), whether the authorities stand in the same file, as slapd with OpenSSL reads it.
        type: bool
      any_authority:
        description:
          - For O(changes[].kind=revocation_list), whether the list of one authority is enough. Apache, nginx and HAProxy need one of
            each authority of a chain.
        type: bool
      target:
        description: For O(changes[].state=link) and O(changes[].kind=certificate_set), the target of the link.
        type: str
      values:
        description:
          - For the formats V(assignments), V(keywords) and V(postfix_main), keys and values; a null removes a key. For V(kopano), names
            and values; a null leaves a name as it is.
          - For O(changes[].format=php_settings), keys and values. A text replaces the setting, a dictionary is an array that is only added.
          - For O(changes[].format=php_switches), C(form) (V(returned), V(variable) or V(constants)), C(set) (names and values, keys of
            arrays joined by dots), and if need be C(variable) (name of the global array), C(add) (false if a missing switch stays
            missing) and C(harmless) (end of the path of a file that may be included).
          - For O(changes[].format=sections), sections with their keys and values; the section V("") is the lines before the first one.
          - For O(changes[].format=marked_lines), C(digest) (SHA-256 of the file as it was read, without such edits), C(added) (lists of
            line, column and words) and C(disabled) (numbers of lines).
          - For O(changes[].format=exim), C(digest) and C(disabled) likewise, C(added) (lists of a line and the words of the line that
            follows it), and C(last) (words of a line at the end).
        type: dict
      create:
        description: For O(changes[].kind=edited_file), whether the file may be missing.
        type: bool
      dn:
        description: For O(changes[].kind=ldap), the entry; for O(changes[].kind=syncrepl), that of the database.
        type: str
      providers:
        description: For O(changes[].kind=syncrepl), URLs of the providers, as the values of C(olcSyncrepl) name them.
        type: list
        elements: str
      ca_file:
        description:
          - For O(changes[].kind=syncrepl), path on the host to the CA file that verifies the providers; for
            O(changes[].kind=revocation_list), to that of the clients.
        type: path
      attributes:
        description:
          - For O(changes[].kind=ldap), attributes with a value or a list of values; a null removes an attribute.
        type: dict
      lines:
        description: For O(changes[].format=disabled_lines), the lines.
        type: list
        elements: dict
        suboptions:
          number:
            description: Line number, counted from 1.
            type: int
            required: true
          text:
            description: Text of the line when it was read; the transaction stops if it has changed since.
            type: str
            required: true
          instead:
            description: What replaces O(changes[].lines[].text), which is then a part of the line. The old line stays as a comment.
            type: str
      services:
        description: For O(changes[].format=postfix_master), the services.
        type: list
        elements: dict
        suboptions:
          service:
            description:
              - Name or port, such as V(submission). Other names of the same port, and entries on single addresses, are meant too.
              - If several entries use one port, Postfix uses the last one; all but one become comments.
            type: str
            required: true
          type:
            description: Type of the service.
            type: str
            default: inet
          state:
            description: V(present) adds or edits the entry, V(absent) turns it into a comment.
            type: str
            choices: [present, absent]
            default: present
          options:
            description: C(-o) options to set; a null removes one. Other options of the entry are kept.
            type: dict
            default: {}
          command:
            description: The program, for a new entry.
            type: str
          private:
            description: Field of a new entry.
            type: str
          unprivileged:
            description: Field of a new entry.
            type: str
          chroot:
            description: Field of a new entry.
            type: str
          wakeup:
            description: Field of a new entry.
            type: str
          limit:
            description: Field of a new entry.
            type: str
          enforce:
            description: Fields that an existing entry gets as well.
            type: list
            elements: str
            default: []
      head:
        description: For O(changes[].kind=apache_sites), the TLS settings of each site, one directive a line.
        type: str
      sites:
        description: For O(changes[].kind=apache_sites), the plain virtual hosts.
        type: list
        elements: dict
        suboptions:
          key:
            description: The C(key) that M(intransit.tls.service_info) gives it.
            type: str
            required: true
          server_name:
            description: Name of the TLS site.
            type: str
            required: true
          addresses:
            description: Addresses of the TLS site, such as V(*:443).
            type: list
            elements: str
            required: true
      replaced:
        description: For O(changes[].kind=apache_sites), parts of lines of the virtual hosts that the TLS sites have anew.
        type: list
        elements: dict
        suboptions:
          file:
            description: The file, as Apache names it.
            type: str
            required: true
          line:
            description: Line number, counted from 1.
            type: int
            required: true
          text:
            description: The part.
            type: str
            required: true
          instead:
            description: What replaces it.
            type: str
            required: true
      owner:
        description: Owner. If not given, the present one stays; new files are root's.
        type: str
      group:
        description: Group. If not given, the present one stays; new files are root's.
        type: str
      mode:
        description:
          - Permissions as three octal digits in quotes, such as V('0640'). If not given, the present ones stay, with an access
            list (ACL) if the file has one; new files get V('0644').
          - If given, an access list of the present file is dropped, because it could give more rights.
          - A number without quotes is refused, because YAML reads V(0640) as 416.
        type: raw
      needs:
        description: Activation that this change needs, if O(activation.verb) is not enough.
        type: str
        choices: [reload, restart]
  validation:
    description: How the new settings are judged before anything is swapped. Required with O(changes).
    type: dict
    suboptions:
      command:
        description:
          - A checker and its arguments. V({staged:/etc/x}) in an argument stands for the staged copy of C(/etc/x).
        type: list
        elements: str
      forbid:
        description: Regular expression that the output of the checker must not match, for checkers that end with 0 anyway.
        type: str
      own_check:
        description:
          - The daemon's own check of the configuration on the disk, with its arguments. It runs right after the swap, before a
            unit is touched; if it refuses, everything is put back. A host that cannot run a test instance relies on it.
        type: list
        elements: str
        version_added: 0.2.0
      timeout:
        description: Seconds for the checker.
        type: float
        default: 30.0
      requires:
        description:
          - Files that the new settings name and that another task brings. Without one of them nothing is changed; in check
            mode nothing is judged while one does not exist yet.
        type: list
        elements: path
        default: []
      authorities:
        description: Files of certificates to trust that the new settings name, required likewise; each has to hold one.
        type: list
        elements: path
        default: []
      instance:
        description:
          - A test instance of the daemon, a transient systemd unit, is started with the new settings and probed before
            anything is changed. It has its real paths and ports, but a network of its own, and it writes to memory only.
          - C(command) is the program in the foreground with its arguments; C(unit) the unit of the running daemon, whose
            account, capabilities, limits and environment it gets; C(environment) has more variables.
          - C(temporary) are folders that begin empty (a path, or C(path), C(owner), C(group), C(mode)); C(remove) are paths
            or globs that it must not find, such as a pid file; C(edits) are changes like O(changes) for it alone.
          - C(log) is the file that it logs to; C(telling) and C(fatal) are patterns of lines that are worth quoting, and that
            end the test; C(ready) is a file that it writes at the end of its start.
          - C(endpoints) are probed and judged as O(confirmation) says, by default those of O(confirmation.endpoints);
            C(patience) is the seconds within which it has to be ready, C(settle) those between ready and the first probe.
          - C(prevents) says what the daemon would do by itself, and why the test instance does not.
          - If this host cannot run a test instance, O(validation.command) is run instead, or O(validation.own_check) after the
            swap, and RV(validated) says so.
        type: dict
  activation:
    description: How the daemon takes the settings.
    type: dict
    default: {}
    suboptions:
      units:
        description: systemd units, in order.
        type: list
        elements: str
        default: []
      verb:
        description:
          - What is done to a unit that is up; one that is down is started.
          - V(live) is for a daemon that takes changes as they are made, such as slapd.
        type: str
        choices: [reload, restart, live]
        default: reload
      settle:
        description: Seconds after which the unit is checked again; a daemon needs time to fail.
        type: float
        default: 1.0
      read_by_workers:
        description:
          - Files that each idle worker reads when it starts, as Postfix's processes do.
          - If a worker at a port of O(confirmation.endpoints) is older than one of these files, the service is
            activated, even if nothing else differs.
        type: list
        elements: path
        default: []
      clients:
        description:
          - Units of clients of the service on the same host, whose files are among O(changes). Those that run are reloaded after the
            service, or restarted if they cannot reload.
        type: list
        elements: str
        default: []
        version_added: 0.2.0
  confirmation:
    description: Checks on the wire, from the target itself, before the commit.
    type: dict
    default: {}
    suboptions:
      endpoints:
        description:
          - Endpoints as M(intransit.tls.endpoint_info) takes them.
          - One may have C(says), a regular expression that must match the server's answer within TLS. With C(judged)
            false it is checked for that alone.
        type: list
        elements: dict
        default: []
      fail_on:
        description: Findings of this severity or a higher one undo the transaction.
        type: str
        choices: [info, low, medium, high, critical]
        default: medium
      ignore:
        description: Controls that do not count here.
        type: list
        elements: str
        default: []
      only:
        description:
          - Controls that count here, by their names or by the part before the dot, such as V(certificate). Errors always count. If
            it is empty, all controls count.
        type: list
        elements: str
        default: []
        version_added: 0.2.0
      certificate:
        description:
          - File whose first certificate every endpoint with TLS has to serve. A daemon that still serves another one,
            because the file was renewed, is made to read it again.
        type: path
      certificate_scope:
        description: Whether every endpoint has to serve O(confirmation.certificate), or V(some) is enough.
        type: str
        choices: [all, some]
        default: all
        version_added: 0.2.0
      timeout:
        description: Seconds within which the endpoints have to pass.
        type: float
        default: 15.0
  continuity:
    description:
      - What worked before the change has to work after it, or the change is undone. If this is given, web pages that the test
        instance compared have to be the same, followed from their plain address through redirects to the end.
    type: dict
    version_added: 0.2.0
    suboptions:
      checks:
        description:
          - Programs that have to succeed before the change and after it, each with C(command) (a list; no shell reads it), and
            if need be C(name), C(expect) (a regular expression that its output has to match) and C(timeout) in seconds.
          - A check with C(endpoint) (C(host), C(port), C(protocol), C(server_name), C(address), C(proxy_protocol)) instead of
            C(command) connects there by TLS, or STARTTLS. C(expect) has to match what the server says within TLS; by default it
            has to say something. The certificate is not verified.
          - They run as the account of this module, and not in check mode.
        type: list
        elements: dict
        default: []
      answers:
        description:
          - Commands of clients, each a list of words. What such a command prints and returns after the change must be what it printed
            and returned before. One that printed an error before is left out.
          - C(ldap-lookup KIND FILE SECTION) instead of a program looks up in LDAP as the client of that kind (V(sssd), V(courier_ldap),
            V(dovecot_ldap), V(dovecot_blocks), V(saslauthd_ldap)) is set up in the file.
          - C(ldap-replica DN FOLDER PROVIDER) sees whether a replica of slapd keeps up with its provider, by contextCSN of both and by
            the connection that brings changes. It waits up to 15 seconds longer than the C(retry) of the replica.
        type: list
        elements: list
        default: []
      environment:
        description: Variables of the programs in O(continuity.checks), such as passwords. They are hidden in all results and logs.
        type: dict
        default: {}
      ports:
        description: Ports that stay. Those at which the units listen before the change have to be open after it.
        type: list
        elements: int
        default: []
  restore:
    description:
      - Take a committed change back, and all changes after it. The value is a C(name) of RV(kept), or V(last).
      - The old settings are validated by a test instance, and activated, as the change was. Files, owners, modes and units are then
        as they were before the change. What the old settings show on the wire is not judged.
      - It is a committed change too, so that it can be taken back as well.
    type: str
    version_added: 0.2.0
  overwrite:
    description: With O(restore), whether files that were edited since the change are replaced too. By default that is an error.
    type: bool
    default: false
    version_added: 0.2.0
  lock_timeout:
    description: Seconds to wait for another run that works on the same service.
    type: float
    default: 60.0
seealso:
  - module: intransit.tls.endpoint_info
  - module: intransit.tls.service_info
"""

EXAMPLES = r"""
- name: Set Courier's TLS priority, or leave everything as it is
  intransit.tls.service_config:
    name: courier_imap
    changes:
      - kind: edited_file
        format: assignments
        path: /etc/courier/imapd-ssl
        values:
          TLS_PRIORITY: "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
    validation:
      command: [gnutls-cli, --list, --priority, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"]
    activation:
      units: [courier-imap.service, courier-imap-ssl.service]
      verb: restart
    confirmation:
      endpoints:
        - host: 127.0.0.1
          port: 993
          protocol: imaps
          server_name: imap.example.org
    policy: intermediate

- name: Take the last change of Courier back
  intransit.tls.service_config:
    name: courier_imap
    restore: last
"""

RETURN = r"""
changes:
  description: Differences from the wanted state.
  returned: success
  type: list
  elements: str
validated:
  description: How the new settings were validated, in words.
  returned: success
  type: str
activated:
  description: Actions on the units.
  returned: success
  type: list
  elements: str
outdated:
  description: Processes that had not seen a change of O(activation.read_by_workers), which is why the service was activated.
  returned: success
  type: list
  elements: str
recovered:
  description: State that an interrupted run had left and this run restored first; null if there was none.
  returned: success
  type: dict
recovery_pending:
  description: State that a run without check mode would restore first.
  returned: in check mode, if a journal is open
  type: list
  elements: str
endpoints:
  description: Observations, as M(intransit.tls.endpoint_info) returns them.
  returned: success
  type: list
  elements: dict
findings:
  description: Findings about the observations.
  returned: success
  type: list
  elements: dict
committed:
  description: Name of the change that was committed and is kept; null if there was none.
  returned: success
  type: str
kept:
  description: Changes of this service that O(restore) can take back, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The time of the commit in UTC, which O(restore) takes.
      type: str
      sample: 20261130T050412Z
    changes:
      description: Files, entries and units that it changed.
      type: list
      elements: str
    restores:
      description: Name of the change that it took back; null if it did not take one back.
      type: str
restores:
  description: Name of the change that was taken back.
  returned: with O(restore)
  type: str
remarks:
  description: Parts of the changes that were left out, with the reason. They are warnings of the task too.
  returned: success
  type: list
  elements: str
phase:
  description: The step at which the transaction failed.
  returned: failure after the journal
  type: str
restored:
  description: Restored files, settings and units.
  returned: failure after the journal
  type: list
  elements: str
backup:
  description: Folder on the target that holds the old files if they could not be restored.
  returned: failure after the journal
  type: str
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.argspec import make_policy_argument
from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._core.change.arguments import check_name
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import (
    Request,
    execute,
    take_back,
)

CHANGE = dict(
    kind=dict(
        type="str",
        required=True,
        choices=["file", "edited_file", "unit", "ldap", "syncrepl", "apache_sites", "certificate_set", "revocation_list"],
    ),
    format=dict(
        type="str",
        choices=["assignments", "keywords", "postfix_main", "postfix_master", "php_settings", "php_switches", "kopano", "sections",
                 "disabled_lines", "exim", "marked_lines", "dovecot_blocks"]),
    path=dict(type="path"),
    state=dict(type="str", choices=["present", "link", "absent", "started", "stopped"]),
    unit=dict(type="str"),
    content=dict(type="str"),
    source=dict(type="path"),
    with_authorities=dict(type="bool"),
    any_authority=dict(type="bool"),
    target=dict(type="str"),
    values=dict(type="dict"),
    create=dict(type="bool"),
    dn=dict(type="str"),
    providers=dict(type="list", elements="str"),
    ca_file=dict(type="path"),
    attributes=dict(type="dict"),
    lines=dict(
        type="list",
        elements="dict",
        options=dict(number=dict(type="int", required=True), text=dict(type="str", required=True), instead=dict(type="str")),
    ),
    services=dict(
        type="list",
        elements="dict",
        options=dict(
            service=dict(type="str", required=True),
            type=dict(type="str", default="inet"),
            state=dict(type="str", choices=["present", "absent"], default="present"),
            options=dict(type="dict", default={}),
            command=dict(type="str"),
            private=dict(type="str"),
            unprivileged=dict(type="str"),
            chroot=dict(type="str"),
            wakeup=dict(type="str"),
            limit=dict(type="str"),
            enforce=dict(type="list", elements="str", default=[]),
        ),
    ),
    head=dict(type="str"),
    sites=dict(
        type="list",
        elements="dict",
        options=dict(
            key=dict(type="str", required=True, no_log=False),
            server_name=dict(type="str", required=True),
            addresses=dict(type="list", elements="str", required=True),
        ),
    ),
    replaced=dict(
        type="list",
        elements="dict",
        options=dict(file=dict(type="str", required=True), line=dict(type="int", required=True),
                     text=dict(type="str", required=True), instead=dict(type="str", required=True)),
    ),
    owner=dict(type="str"),
    group=dict(type="str"),
    mode=dict(type="raw"),
    needs=dict(type="str", choices=["reload", "restart"]),
)

ARGUMENTS = dict(
    name=dict(type="str", required=True),
    changes=dict(type="list", elements="dict", options=CHANGE),
    validation=dict(
        type="dict",
        options=dict(
            command=dict(type="list", elements="str"),
            forbid=dict(type="str"),
            own_check=dict(type="list", elements="str"),
            timeout=dict(type="float", default=30.0),
            requires=dict(type="list", elements="path", default=[]),
            authorities=dict(type="list", elements="path", default=[]),
            instance=dict(type="dict"),
        ),
    ),
    activation=dict(
        type="dict",
        default={},
        options=dict(
            units=dict(type="list", elements="str", default=[]),
            verb=dict(type="str", choices=["reload", "restart", "live"], default="reload"),
            settle=dict(type="float", default=1.0),
            read_by_workers=dict(type="list", elements="path", default=[]),
            clients=dict(type="list", elements="str", default=[]),
        ),
    ),
    confirmation=dict(
        type="dict",
        default={},
        options=dict(
            endpoints=dict(type="list", elements="dict", default=[]),
            fail_on=dict(type="str", choices=["info", "low", "medium", "high", "critical"], default="medium"),
            ignore=dict(type="list", elements="str", default=[]),
            only=dict(type="list", elements="str", default=[]),
            certificate=dict(type="path"),
            certificate_scope=dict(type="str", choices=["all", "some"], default="all"),
            timeout=dict(type="float", default=15.0),
        ),
    ),
    continuity=dict(
        type="dict",
        options=dict(
            checks=dict(type="list", elements="dict", default=[]),
            answers=dict(type="list", elements="list", default=[]),
            environment=dict(type="dict", default={}, no_log=True),
            ports=dict(type="list", elements="int", default=[]),
        ),
    ),
    restore=dict(type="str"),
    overwrite=dict(type="bool", default=False),
    lock_timeout=dict(type="float", default=60.0),
    **make_policy_argument(),
)


def main() -> None:
    """Arguments, one call, exit."""
    module = AnsibleModule(
        argument_spec=ARGUMENTS, supports_check_mode=True, mutually_exclusive=[("changes", "restore")],
        required_one_of=[("changes", "restore")], required_by={"changes": "validation"})
    finish(module, lambda: _with_warnings(module))


def _with_warnings(module: AnsibleModule) -> dict[str, Any]:
    result = _carry_out(module.params, module.check_mode)
    for sentence in result["remarks"]:
        module.warn(sentence)
    return result


def _carry_out(given: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    if given["restore"] is None:
        return execute(_request(given, check_mode))
    return take_back(
        check_name("name", given["name"]), given["restore"], given["overwrite"], check_mode, given["lock_timeout"])


def _request(given: Mapping[str, Any], check_mode: bool) -> Request:
    return Request(
        service=check_name("name", given["name"]),
        changes=tuple({key: value for key, value in item.items() if value is not None} for item in given["changes"]),
        validation=given["validation"],
        units=tuple(given["activation"].get("units") or ()),
        verb=given["activation"].get("verb") or "reload",
        settle=1.0 if given["activation"].get("settle") is None else given["activation"]["settle"],
        read_by_workers=tuple(given["activation"].get("read_by_workers") or ()),
        confirmation=dict(given["confirmation"], policy=given["policy"]),
        continuity=given["continuity"],
        check_mode=check_mode,
        lock_timeout=given["lock_timeout"],
        clients=tuple(given["activation"].get("clients") or ()),
    )


if __name__ == "__main__":
    main()
