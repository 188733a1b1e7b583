# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates, keys and files as facts, made without any cryptography: what the judges of the core see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import model

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Facts:
    """Makes facts; every keyword replaces a field."""

    now = NOW

    @staticmethod
    def key(number=1, **fields):
        """Make an EC key; one number, one key."""
        return model.PublicKey(**{
            "kind": "ecdsa", "bits": 256, "curve": "secp256r1", "spki_sha256": f"{number:064x}",
            "identity": f"key{number}", **fields,
        })

    def certificate(self, **fields):
        """Make a leaf of 60 days, 30 of them left, of a private authority."""
        number = fields.get("position", 0)
        return model.Certificate(**{
            "source": "/etc/ssl/a.pem", "position": number, "sha256": f"{number:064x}", "subject": "CN=a.example",
            "issuer": "CN=CA", "subject_id": "a", "issuer_id": "ca", "serial": "1",
            "not_before": NOW - timedelta(days=30), "not_after": NOW + timedelta(days=30), "key": self.key(),
            "signature_algorithm": "ecdsa-with-SHA256", "signature_hash": "sha256",
            "dns_names": ("a.example",), **fields,
        })

    def authority(self, **fields):
        """Make a root that signed itself."""
        return self.certificate(**{
            "position": 1, "subject": "CN=CA", "subject_id": "ca", "dns_names": (), "ca": True,
            "key": self.key(2), "key_usage": ("keyCertSign", "cRLSign"), **fields,
        })

    def private(self, number=1, **fields):
        """Make the private key of ``key(number)``."""
        return model.PrivateKey(**{
            "source": "/etc/ssl/a.key", "position": 0, "form": "pkcs8", "encrypted": False, "key": self.key(number),
            **fields,
        })

    @staticmethod
    def file(**fields):
        """Make the facts of a file that only root may read."""
        return model.FileFacts(**{
            "path": "/etc/ssl/a.key", "real_path": "/etc/ssl/a.key", "owner": "root", "group": "root", "uid": 0,
            "gid": 0, "mode": 0o100600, "size": 100, **fields,
        })


@pytest.fixture
def facts():
    return Facts()
