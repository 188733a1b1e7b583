# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An observation claims nothing by itself, becomes plain data whole, and says only words that are written down."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import FrozenInstanceError
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.light import list_fields
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    CAUSES,
    PLAINTEXT,
    Certificate,
    Exchange,
    Hsts,
    Http,
    Observation,
    Plaintext,
    ProtocolAnswer,
    Redirect,
    Rule,
    Tickets,
    to_plain,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import alerts

ROOT = next(parent for parent in Path(__file__).parents if (parent / "galaxy.yml").exists())
EMPTY = Observation("host.example.test", 443, "https")
FULL = Observation(
    "host.example.test", 443, "https", undecided=("groups",),
    plaintext=Plaintext(False, "served", "200 OK", (Exchange("GET /", None), Exchange(None, "200 OK"))),
    protocols={"TLSv1.2": ProtocolAnswer(True, "accepted")}, suites={"TLSv1.2": ("TLS_AES_128_GCM_SHA256",)},
    rules=(Rule("forbidden_suites", "TLSv1.2", 300, None, (), "undecided"),),
    certificates_by_type={"rsa": (Certificate(0, "PEM", "ab"),)}, tickets=Tickets(count=2),
    http=Http(301, "https://x/", {"Server": "x"}, Hsts(True, True, 1, False, False, "max-age=1", 1),
              Redirect(301, "https://x/", True, True, True)),
)


def leaves(value, above=()):
    """Every value that holds no other, with the way to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*above, key))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, above)
    else:
        yield above, value


def test_every_key_is_always_there_and_can_be_written_as_json():
    for seen in (EMPTY, FULL):
        plain = seen.to_dict()
        assert tuple(plain) == list_fields(seen)
        assert json.loads(json.dumps(plain)) == plain


def test_the_documentation_of_the_module_has_every_key():
    source = (ROOT / "plugins" / "modules" / "endpoint_info.py").read_text(encoding="utf-8")
    documented = yaml.safe_load(re.search(r'RETURN = r?"""(.*?)"""', source, re.DOTALL).group(1))["endpoints"]["contains"]
    assert set(list_fields(EMPTY)) <= set(documented)
    listed = re.search(r"C\(how\) is one of (.*?)\. C", documented["plaintext"]["description"], re.DOTALL).group(1)
    assert sorted(listed.replace("\n", " ").split(", ")) == sorted(PLAINTEXT)


def test_an_empty_observation_claims_nothing():
    """What was not looked at is None: no False that could pass for a refusal, and no True at all."""
    said = {way: value for way, value in leaves(EMPTY.to_dict()) if isinstance(value, bool)}
    assert said == {("reachable",): False, ("trust", "checked"): False}
    assert EMPTY.plaintext.how == "undecided" and ProtocolAnswer().cause == "not_tested"


def test_values_become_plain_all_the_way_down():
    plain = FULL.to_dict()
    assert plain["plaintext"]["transcript"] == [{"sent": "GET /", "received": None}, {"sent": None, "received": "200 OK"}]
    assert plain["suites"] == {"TLSv1.2": ["TLS_AES_128_GCM_SHA256"]} and plain["tickets"]["count"] == 2
    assert plain["certificates_by_type"] == {"rsa": [{"position": 0, "pem": "PEM", "sha256": "ab"}]}
    assert plain["http"]["redirect"]["permanent"] is True and plain["http"]["headers"] == {"Server": "x"}
    assert {type(value) for _way, value in leaves(plain)} <= {str, int, bool, type(None)}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)))
def test_plain_data_stays_as_it_is(value):
    assert to_plain(value) == value

    def frozen(item):
        if isinstance(item, list):
            return tuple(frozen(one) for one in item)
        return {key: frozen(one) for key, one in item.items()} if isinstance(item, dict) else item

    assert to_plain(frozen(value)) == value, "tuples become lists"


def test_plain_data_is_a_copy():
    FULL.to_dict()["suites"]["TLSv1.2"].append("x")
    assert FULL.to_dict()["suites"] == {"TLSv1.2": ["TLS_AES_128_GCM_SHA256"]}


def test_an_observation_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        EMPTY.reachable = True


def test_two_observations_share_nothing():
    other = Observation("b", 1, "tls")
    assert other.protocols is not EMPTY.protocols and other.suites is not EMPTY.suites


@cache
def calls():
    """Every call in the probe: its name, and its arguments as far as they are constants."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "plugins/module_utils/_core/wire").rglob("*.py"))
    return [(getattr(node.func, "id", getattr(node.func, "attr", "")),
             [item.value if isinstance(item, ast.Constant) else None for item in node.args])
            for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def written(name):
    return [args for called, args in calls() if called == name]


def test_every_word_about_plaintext_that_the_probe_says_is_in_the_list():
    said = {args[0] for name in ("refused", "taken") for args in written(name) if args}
    said |= {args[1] for name in ("Plaintext", "stands") for args in written(name) if len(args) > 1}
    said.discard(None)
    assert len(said) > 8 and said <= set(PLAINTEXT)


def test_every_cause_that_the_probe_says_is_in_the_list():
    said = {args[2] for args in written("Answer") if len(args) > 2} | {args[1] for args in written("ProtocolAnswer") if len(args) > 1}
    said |= {args[5] for args in written("Rule") if len(args) > 5}
    said.discard(None)
    said |= {*alerts.CAUSES, "other_alert", *prober._AMBIGUOUS.values()}
    assert len(said) > 12 and said <= set(CAUSES)


def test_no_word_stands_twice():
    assert len(set(CAUSES)) == len(CAUSES) and len(set(PLAINTEXT)) == len(PLAINTEXT)
