# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Host names outside ASCII: IDNA 2008, and a sentence if there is no form or no library."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import matches
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii


@pytest.mark.parametrize(("written", "name"), [
    ("stra\u00dfe.example", "xn--strae-oqa.example"),
    ("STRA\u00dfE.Example", "xn--strae-oqa.example"),
    ("fu\u00dfball.example.", "xn--fuball-cta.example."),
    ("\u03b2\u03cc\u03bb\u03bf\u03c2.example", "xn--nxasmm1c.example"),
    ("\u03b2\u03cc\u03bb\u03bf\u03c3.example", "xn--nxasmq6b.example"),
    ("\u0dc1\u0dca\u200d\u0dbb\u0dd3.example", "xn--10cl1a0b660p.example"),
    ("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "xn--mgba3gch31f060k.example"),
    ("M\u00dcNCHEN.example", "xn--mnchen-3ya.example"),
    ("mu\u0308nchen.example", "xn--mnchen-3ya.example"),
    ("\uff57\uff57\uff57.b\u00fccher\u3002example", "www.xn--bcher-kva.example"),
    ("*.b\u00fccher.example", "*.xn--bcher-kva.example"),
    (" b\u00fccher.example ", "xn--bcher-kva.example"),
    ("\u4f8b\u3048.\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"),
    ("my_host.example", "my_host.example"),
    ("WWW.example.org", "WWW.example.org"),
])
def test_names(written: str, name: str) -> None:
    assert to_ascii(written) == name


@pytest.mark.parametrize("written", [
    "\U0001f600.example", "\u2603.example", "a\u200db.example", "a\u200cb.example", "\u0301a.example", "\u00a0",
    "b\u00fccher..example", "-\u00fc.example", "ab--\u00fc.example", "\u05d0a\u0661\u06f1.example", "\u00fc" * 64 + ".example",
    "\u00fc." * 200, "\u00fc_a.example", "a\u2024b.example\u00fc/", "xn--\u00fc.example", "\ud800.example", "*\u00fc.example",
])
def test_names_that_cannot_exist(written: str) -> None:
    with pytest.raises(IntransitError, match="IDNA 2008"):
        to_ascii(written)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "idna", None)
    assert to_ascii("www.example.org") == "www.example.org"
    with pytest.raises(IntransitError, match=r"stra\u00dfe\.example.*python3-idna.*pip install idna.*xn--"):
        to_ascii("stra\u00dfe.example")


def test_an_endpoint_is_resolved_and_asked_for_by_its_own_name() -> None:
    seen = read_endpoint({"host": "stra\u00dfe.example"}, to_ascii)
    assert (seen.host, seen.server_name) == ("stra\u00dfe.example", "xn--strae-oqa.example")
    seen = read_endpoint({"host": "192.0.2.7", "server_name": "stra\u00dfe.example."}, to_ascii)
    assert seen.server_name == "xn--strae-oqa.example"
    assert matches("xn--strae-oqa.example", seen.server_name) and not matches("strasse.example", seen.server_name)
    with pytest.raises(IntransitError, match="outside ASCII"):
        read_endpoint({"host": "stra\u00dfe.example"})
