# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters around the policy: each is one call into the core, and its error a sentence of the play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Callable, Optional, Union

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import (
    GnuTLSSettings,
    compile_gnutls,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

PolicyLike = Union[str, Mapping[str, Any], None]


def policy(value: PolicyLike, profile: Optional[str] = None, data_class: Optional[str] = None) -> dict[str, Any]:
    """Return the resolved policy as plain data."""
    try:
        return resolve(profile=profile or None, data_class=data_class or None, policy=value or None).to_dict()
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def openssl_settings(value: PolicyLike, version: str) -> dict[str, Any]:
    """Return the policy in the language of this OpenSSL."""
    try:
        settings = compile_openssl(resolve(policy=value or None), version)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error
    return _plain({**asdict(settings), "explicit_cipher_string": settings.explicit_cipher_string})


def gnutls_settings(value: PolicyLike, version: str) -> dict[str, Any]:
    """Return the policy in the language of this GnuTLS, with what it cannot say."""
    return _plain(asdict(_gnutls(value, version)))


def gnutls_priority(value: PolicyLike, version: str) -> str:
    """Return the priority string alone."""
    return _gnutls(value, version).priority


def _gnutls(value: PolicyLike, version: str) -> GnuTLSSettings:
    try:
        return compile_gnutls(resolve(policy=value or None), version)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return every filter."""
        return {
            "policy": policy,
            "openssl_settings": openssl_settings,
            "gnutls_settings": gnutls_settings,
            "gnutls_priority": gnutls_priority,
        }
