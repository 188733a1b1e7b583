#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write the evidence of a run for people and machines."""

from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Write the evidence of a run, as JSON and as reports for people
version_added: 0.1.0
description:
  - Makes one document out of the records of a run, or out of several earlier documents, and writes it in any of the
    given formats. Every report is made from that document alone.
  - The document is described by C(docs/evidence.schema.json) of this collection.
  - Run it on the controller, once. It never fails because of a finding.
  - If a file cannot be read or written, or a format cannot be made, everything else is written first. The module then fails,
    and its result holds the usual keys.
  - Without O(records), O(observed) and O(formats) it checks that O(dest) can be written and that O(exceptions) and O(previous) can be read.
    Do this at the start of a run.
author:
  - the intransit.tls contributors (@intransit-tls)
attributes:
  check_mode:
    support: full
    description: Everything is returned, nothing is written.
  diff_mode:
    support: none
    description: Evidence is written anew, not edited.
options:
  records:
    description: Records of P(intransit.tls.record#filter), usually one per host.
    type: list
    elements: dict
    default: []
  observed:
    description:
      - Observations of all hosts of a run, each with the facts that its verdict depends on. They come from the playbook C(verify).
      - They are judged here, which is cheaper than a record for each host. Reports cover them and O(records).
    type: dict
    default: {}
  merge:
    description:
      - Evidence documents (JSON) of other slices, vantages or runs, to be joined with O(records).
      - The same endpoint of the same host seen from the same vantage is kept once, as it was judged last.
    type: list
    elements: path
    default: []
  previous:
    description:
      - Evidence (JSON) of an earlier run to compare with. Every report then lists the differences.
      - If the file does not exist, this is the first run.
    type: path
  dest:
    description:
      - The folder to write to. If it does not exist, it is made with the mode 0750. Without O(dest) nothing is written.
    type: path
  name:
    description:
      - The name of the files, without the ending that each format adds.
      - It begins with a letter or digit and has letters, digits and C(. _ @ -) only.
    type: str
    default: tls-evidence
  formats:
    description:
      - Formats to write.
      - V(json) is the evidence itself, which every other format is made from and can be made from later.
      - V(html) is one page for people, which needs no network and no other file.
      - V(junit) is for CI, one case for each control of each endpoint.
      - V(csv) has a row for each endpoint, V(certificates) for each certificate, V(ciphers) for each accepted suite,
        V(findings) for each finding, V(listeners) for each listening socket, V(files) for each
        certificate in a file or on the wire.
    type: list
    elements: str
    choices: [certificates, ciphers, csv, files, findings, html, json, junit, listeners, text]
    default: [html, json, text]
  exceptions:
    description:
      - All exceptions of the run, as P(intransit.tls.verdict#filter) takes them.
      - An exception that matched nothing is a failure.
    type: list
    elements: dict
    default: []
  silent:
    description: Hosts of the run that could not be asked at all. Each is an error in the report.
    type: list
    elements: str
    default: []
  partial:
    description:
      - Whether these are not all hosts of the run but one slice of them, whose document is merged with the others later (O(merge)).
      - An exception that matched nothing in a slice may be needed by another slice, so the merge judges it.
    type: bool
    default: false
    version_added: 0.2.0
  fail_on:
    description: Lowest severity of a failure that makes a verdict V(fail).
    type: str
    choices: [info, low, medium, high, critical]
    default: low
  title:
    description: Title of the report.
    type: str
    default: TLS in transit
  mode:
    description:
      - Permissions of the files as three octal digits in quotes, like V('0640'). An access list of an earlier file is dropped.
      - A number without quotes is refused, because YAML reads V(0640) as 416. Reports name weak spots.
    type: raw
    default: '0640'
seealso:
  - plugin: intransit.tls.record
    plugin_type: filter
  - module: intransit.tls.endpoint_info
"""

EXAMPLES = r"""
- name: Keep the evidence of this run
  intransit.tls.report:
    records: "{{ ansible_play_hosts_all | map('extract', hostvars, 'tls_record') | list }}"
    exceptions: "{{ tls_exceptions }}"
    dest: /var/lib/tls-evidence
    formats: [html, json, junit, csv]
  delegate_to: localhost
  run_once: true
  register: evidence

- name: Join the slices of a job
  intransit.tls.report:
    merge: [/tmp/slice1.json, /tmp/slice2.json]
    dest: /var/lib/tls-evidence
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
paths:
  description: The files that were written, or would be in check mode.
  returned: always
  type: list
  elements: str
summary:
  description:
    - Counts of C(hosts) and C(endpoints), C(verdicts) of endpoints, C(findings) by status, C(failures) by severity,
      C(failed_controls), and the C(verdict) of the whole.
  returned: always
  type: dict
verdict:
  description: One word for the whole run, as in RV(summary).
  returned: always
  type: str
failing:
  description:
    - Findings that make the run fail, each with C(host), C(endpoint), C(control), C(status), C(severity), C(sentence) and
      C(remedy).
  returned: always
  type: list
  elements: dict
drift:
  description: Differences from O(previous), with C(better), C(worse), C(new), C(gone), C(certificates) and C(grades).
  returned: always
  type: dict
reasons:
  description: For each host in O(observed) that could not be judged completely, why.
  returned: always
  type: dict
empty:
  description: Hosts in O(observed) without an endpoint to observe.
  returned: always
  type: list
  elements: str
table:
  description: The table for people, lines parted by newlines.
  returned: always
  type: str
"""

from datetime import datetime, timezone

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.intransit.tls.plugins.module_utils._ansible.exits import finish
from ansible_collections.intransit.tls.plugins.module_utils._core.change.arguments import read_mode
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import SEVERITIES
from ansible_collections.intransit.tls.plugins.module_utils._edge.evidence import Request, report


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec=dict(
            records=dict(type="list", elements="dict", default=[]),
            observed=dict(type="dict", default={}),
            merge=dict(type="list", elements="path", default=[]),
            previous=dict(type="path"),
            dest=dict(type="path"),
            name=dict(type="str", default="tls-evidence"),
            formats=dict(type="list", elements="str", choices=sorted(FORMATS), default=["html", "json", "text"]),
            exceptions=dict(type="list", elements="dict", default=[]),
            silent=dict(type="list", elements="str", default=[]),
            partial=dict(type="bool", default=False),
            fail_on=dict(type="str", choices=list(SEVERITIES), default="low"),
            title=dict(type="str", default="TLS in transit"),
            mode=dict(type="raw", default="0640"),
        ),
        supports_check_mode=True,
    )
    now, write = datetime.now(timezone.utc), not module.check_mode
    finish(module, lambda: report(Request(**{**module.params, "mode": read_mode(module.params["mode"])}), now, write))


if __name__ == "__main__":
    main()
