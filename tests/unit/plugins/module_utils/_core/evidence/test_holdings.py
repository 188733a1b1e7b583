# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files against the wire: served where, served nowhere, in no file, one key on several hosts, renewed by whom and when."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import holdings
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.inventory import list_certificates
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.merge import check_schema, merge_documents
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page import render_page
from ansible_collections.intransit.tls.plugins.module_utils._core.report.sheets import list_files
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROOT = "/etc/ssl/intransit"
POLICY = resolve(policy="modern")
SEEN = add_certificates([json.loads((DATA / "https_good.json").read_text(encoding="utf-8"))], POLICY, NOW)
SERVED = list_certificates(make_document([make_record(POLICY, SEEN, now=NOW, host="a")], now=NOW))[0]


def certificate(path: str, **changed: Any) -> dict[str, Any]:
    base = {"path": path, "position": 0, "leaf": True, "sha256": SERVED["sha256"], "subject": "CN=www.example.test",
            "issuer": "CN=ca", "not_before": "2026-11-01T00:00:00Z", "not_after": "2027-01-30T00:00:00Z",
            "dns_names": ["www.example.test"], "ip_addresses": [], "key": {"spki_sha256": SERVED["spki_sha256"]}}
    return dict(base, **changed)


def key(path: str, spki: Any = None) -> dict[str, Any]:
    return {"path": path, "position": 0, "key": {"spki_sha256": spki or SERVED["spki_sha256"]} if spki != "none" else None}


def document(**files: Any) -> dict[str, Any]:
    """Two hosts that serve the same certificate; what their files hold is given, None: they were not read."""
    def rows(host: str) -> Any:
        given = files.get(host)
        return None if given is None else holdings.shorten_files(
            {"certificates": [item for item in given if "sha256" in item],
             "private_keys": [item for item in given if "sha256" not in item]}, ROOT)

    made = make_document([make_record(POLICY, SEEN, now=NOW, host=host, files=rows(host)) for host in ("web1", "web2")], now=NOW)
    check_schema(made)
    return made


def test_a_certificate_that_is_served_from_a_file_of_ours() -> None:
    (entry,) = holdings.list_holdings(document(web1=[certificate(f"{ROOT}/www/fullchain.pem"), key(f"{ROOT}/www/privkey.pem")]))
    assert entry["files"] == [("web1", f"{ROOT}/www/fullchain.pem")] and entry["keepers"] == ["intransit.tls"]
    assert [host for host, _endpoint in entry["places"]] == ["web1", "web2"]
    # web2 was not read, so nothing is said of it; its life is 90 days, and a third of it is left on the last day of the year.
    assert entry["notes"] == [] and entry["key_hosts"] == []
    assert entry["next"] == _a_third_before_the_end(entry)


def _a_third_before_the_end(entry: dict[str, Any]) -> str:
    begin, end = (datetime.fromisoformat(entry[name].replace("Z", "+00:00")) for name in ("not_before", "not_after"))
    return (end - (end - begin) / 3).date().isoformat()


@pytest.mark.parametrize(("files", "notes"), [
    # Read, and it is in none of the files.
    ({"web1": [], "web2": None}, ["in no file that was read on web1"]),
    ({"web1": [], "web2": []}, ["in no file that was read on web1, web2"]),
    # In a file that no program is known to renew.
    ({"web1": [certificate("/srv/www.pem")]}, ["no program is known to renew it"]),
    # One key on two hosts.
    ({name: [certificate(f"{ROOT}/www/fullchain.pem"), key(f"{ROOT}/www/privkey.pem")] for name in ("web1", "web2")},
     ["one private key on web1, web2"]),
    ({"web1": [certificate(f"{ROOT}/www/fullchain.pem"), key("/a")], "web2": [certificate(f"{ROOT}/www/fullchain.pem"), key("/b", "5")]}, []),
])
def test_what_an_administrator_has_to_know(files: Any, notes: list[str]) -> None:
    (entry,) = holdings.list_holdings(document(**files))
    assert entry["notes"] == notes


def test_a_certificate_that_is_served_nowhere() -> None:
    old = certificate("/etc/letsencrypt/live/old/fullchain.pem", sha256="00" * 32, key={"spki_sha256": "11"})
    first, second = holdings.list_holdings(document(web1=[old, certificate(f"{ROOT}/www/fullchain.pem")]))
    entry = first if first["sha256"] == "00" * 32 else second
    assert entry["notes"] == ["served nowhere"] and entry["keepers"] == ["certbot"]
    assert entry["next"] == "2026-12-31"  # certbot renews 30 days before the end


@pytest.mark.parametrize(("path", "keeper"), [
    ("/etc/letsencrypt/live/www/privkey.pem", "certbot"), ("/var/lib/dehydrated/certs/www/fullchain.pem", "dehydrated"),
    ("/root/.acme.sh/www_ecc/fullchain.cer", "acme.sh"), (f"{ROOT}/www/fullchain.pem", "intransit.tls"),
    (f"{ROOT}-old/www/fullchain.pem", ""), ("/etc/ssl/private/www.key", ""), ("/etc/ssl/certs/ssl-cert-snakeoil.pem", "ssl-cert"),
])
def test_who_renews_what_is_at_a_path(path: str, keeper: str) -> None:
    assert holdings.find_keeper(path, ROOT) == keeper


def test_only_leaves_and_keys_are_kept() -> None:
    found = {"certificates": [certificate("/a"), certificate("/a", position=1, leaf=False), certificate("/ca", leaf=False)],
             "private_keys": [key("/k"), key("/encrypted", "none")]}
    assert [(row["path"], row["kind"]) for row in holdings.shorten_files(found, ROOT)] == [
        ("/a", "certificate"), ("/k", "private key"), ("/encrypted", "private key")]


def test_keys_that_could_not_be_read_are_not_one_key() -> None:
    made = document(web1=[key("/k", "none")], web2=[key("/k", "none")])
    assert all(entry["key_hosts"] == [] for entry in holdings.list_holdings(made))


def test_files_that_daemons_name_are_read_and_may_be_gone() -> None:
    services = {"services": {
        "postfix": {"settings": {"a": "b"}, "present_certificates": [{"certificate": "/x/cert.pem", "private_key": "/x/key.pem"}]},
        "apache": {"vhosts": [{"certificate": "/y/site.crt"}, {"certificate": ""}]},
        "nginx": {"settings": [{"name": "ssl_certificate", "arguments": ["/z/n.pem"]}, {"name": "ssl_ciphers", "arguments": ["A"]}]},
    }}
    found = holdings.list_patterns(ROOT, services, ["/srv/*.pem"])
    assert {"/x/cert.pe[m]", "/x/key.pe[m]", "/y/site.cr[t]", "/z/n.pe[m]", "/srv/*.pem", f"{ROOT}/*/fullchain.pem"} <= set(found)
    assert holdings.list_patterns(ROOT, {}) == [path for path in found if not path.startswith(("/x", "/y", "/z", "/srv"))]


def test_shorter_lives_of_public_certificates() -> None:
    # One that is served nowhere does not count.
    made = document(web1=[
        certificate("/a", sha256="00" * 32, not_before="2026-01-01T00:00:00Z", not_after="2027-02-03T00:00:00Z")])
    begin, end = (datetime.fromisoformat(SERVED[name].replace("Z", "+00:00")) for name in ("not_before", "not_after"))
    expected = [((end - begin).days > longest) * 1 for longest in (200, 100, 47)]
    found = holdings.list_steps(made)
    assert [step.longer for step in found] == expected and sum(expected) not in (0, 3)
    assert [(step.day, step.longest, step.renewals) for step in found] == [
        (date(2026, 3, 15), 200, 3), (date(2027, 3, 15), 100, 5), (date(2029, 3, 15), 47, 12)]


def test_slices_are_joined() -> None:
    one, two = document(web1=[certificate(f"{ROOT}/www/fullchain.pem")]), document(web2=[])
    merged = merge_documents([one, two], "all")
    assert {host["host"]: host.get("files") is not None for host in merged["hosts"]} == {"web1": True, "web2": True}


def test_page_and_spreadsheet() -> None:
    made = document(web1=[certificate("/srv/<b>.pem")], web2=[])
    page = render_page(made)
    assert 'id="files-at"' in page and "/srv/&lt;b&gt;.pem" in page and "in no file that was read on web2" in page
    (row,) = csv.DictReader(io.StringIO(list_files(made)))
    assert "web1 /srv/<b>.pem" in row["files"] and "no program is known to renew it" in row["notes"]
    # Nothing was read: nothing is said.
    assert "files-at" not in render_page(document())
