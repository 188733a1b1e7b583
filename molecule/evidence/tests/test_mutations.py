# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Weaken exactly one setting of a good host, and see exactly its control fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mutations import ELSEWHERE, MUTATIONS, Mutation
from runs import FILES, FOLDER
from testinfra import get_host

testinfra_hosts = ["ansible://good"]

SETTINGS = "/etc/apache2/conf-available/zz-intransit-tls.conf"
SITE = "/etc/apache2/sites-available/zz-intransit-tls.conf"
PLACE = "/root/mutations"


def weaken(root: Any, mutation: Mutation, edits: str) -> None:
    """Put the good settings back, lay the edits and the certificate over them, and let Apache know."""
    certificate = mutation.certificate
    swap = f"s#^  SSLCertificateFile.*#  SSLCertificateFile {PLACE}/{certificate or 'right'}.pem#;" \
           f"s#^  SSLCertificateKeyFile.*#  SSLCertificateKeyFile {PLACE}/{certificate or 'right'}.key#"
    lines = [f"cp -a {PLACE}/settings.conf {SETTINGS}", f"cp -a {PLACE}/site.conf {SITE}", f"sed -i '{swap}' {SITE}"]
    lines += [f"sed -i '{edit}' {SETTINGS}" for edit in edits.split("\n") if edit]
    done = root.run(" && ".join([*lines, "apache2ctl configtest", f"{{ {mutation.command}; }}"]))
    assert done.rc == 0, done.stderr


@pytest.fixture(scope="module")
def material(request: pytest.FixtureRequest) -> Iterator[str]:
    """Make certificates on the host, keep the good settings, and put them back in the end."""
    host = get_host("ansible://good", ansible_inventory=request.config.option.ansible_inventory)
    with host.sudo():
        name = "good"
        script = (FILES / "material.py").read_text(encoding="utf-8")
        host.run_test("mkdir -p -m 700 %s && cp -a %s %s/settings.conf && cp -a %s %s/site.conf",
                      PLACE, SETTINGS, PLACE, SITE, PLACE)
        made = host.run("python3 -c %s %s %s", script, PLACE, name)
        assert made.rc == 0, made.stderr
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / "mutations-ca.pem").write_text(host.check_output("cat %s/ca.pem", PLACE), encoding="utf-8")
        yield name
        host.run_test(f"cp -a {PLACE}/settings.conf {SETTINGS} && cp -a {PLACE}/site.conf {SITE} && "
                      "systemctl restart apache2")


def judged(wire: Any, mutation: Mutation) -> dict[str, str]:
    """Look from outside and return what is not a pass, by control."""
    from ansible_collections.intransit.tls.plugins.filter.verdict import FilterModule
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

    port, protocol = mutation.endpoint.split("/")
    policy = resolve(policy={"extends": "intermediate", **mutation.policy})
    seen = wire.observe({"host": wire.name, "port": int(port), "protocol": protocol}, policy=policy, depth=mutation.depth)
    found = FilterModule().filters()["verdict"](
        seen, policy.to_dict(), host=wire.name, anchors=[str(FOLDER / "mutations-ca.pem")],
        library={"name": "openssl", "version": "3.5.7"},
    )
    return {item["control"]: item["status"] for item in found if item["status"] not in ("pass", "unprobed")}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.control)
def test_exactly_this_control_fails(wire: Any, root: Any, material: str, mutation: Mutation) -> None:
    del material
    weaken(root, Mutation(mutation.control), mutation.base)
    assert judged(wire, mutation) == {}
    weaken(root, mutation, "\n".join([mutation.base, mutation.edits]))
    assert judged(wire, mutation) == dict.fromkeys({mutation.control, *mutation.also}, mutation.status)


def test_every_control_is_weakened_here_or_it_is_said_why_not() -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS

    assert {mutation.control for mutation in MUTATIONS} | set(ELSEWHERE) == set(CHECKS)
