# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A list is judged on the host: what cannot be read or checked there is refused with the reason."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.revocation import check_lists

NOW = datetime(2026, 12, 1, tzinfo=timezone.utc)


def test_what_cannot_be_read_is_refused() -> None:
    (sentence,) = check_lists(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", b"", NOW, True)
    assert sentence.startswith("it cannot be read: ")
    assert check_lists(b"", b"", NOW, True) == ("it holds no revocation list (PEM)",)


def test_without_the_library_no_signature_is_checked_and_nothing_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "is_available", lambda: False)
    (sentence,) = check_lists(b"", b"", NOW, True)
    assert "cannot be checked" in sentence and "cryptography" in sentence
