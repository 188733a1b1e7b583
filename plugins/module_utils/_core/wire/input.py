# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a user wrote to an ``Endpoint``, with sentences for what makes no sense."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import is_only_ascii
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    PROXY_PROTOCOLS,
    Endpoint,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.page_input import check_path, read_pages

_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}")
MAX_NAME = 253
MAX_LABEL = 63
MAX_SECONDS = 3600.0
NO_NAME = frozenset(":/@?#[]\\\"'")
"""What no name has in it, but a URL, a port or an address in brackets."""


def check_options(timeout: float, concurrency: int, budget: Optional[int]) -> None:
    """Bounds that leave something to do.

    Raises:
        IntransitError: nothing could be asked with them, or without end.
    """
    if not 0 < timeout <= MAX_SECONDS:
        raise IntransitError(f"A timeout is more than 0 and at most {MAX_SECONDS:.0f} seconds, not {timeout}.")
    if concurrency < 1:
        raise IntransitError(f"With {concurrency} connections at once nothing can be asked.")
    if budget is not None and budget < 1:
        raise IntransitError(f"With a budget of {budget} connections nothing can be asked.")


def read_endpoint(written: Mapping[str, Any], to_ascii: Callable[[str], str] = is_only_ascii) -> Endpoint:
    """One endpoint as a user writes it.

    Args:
        written: the keys of ``endpoint_info``'s option ``endpoints``.
        to_ascii: turns a host name into A-labels, in which it is asked for and judged.

    Raises:
        IntransitError: no host, an unknown protocol, a port that is none, a name no
            ClientHello can carry.
    """
    host = _bare(str(written.get("host") or written.get("address") or ""))
    if not host:
        raise IntransitError("An endpoint needs a host: a name or an address.", {"endpoint": dict(written)})
    protocol = str(written.get("protocol") or "https")
    if protocol not in DEFAULT_PORTS:
        raise IntransitError(
            f"Protocol {protocol!r} is not supported. Supported protocols: {', '.join(DEFAULT_PORTS)}.",
            {"protocol": protocol})
    port = read_port(written)
    path = check_path(str(written.get("path") or "/"))
    address = _bare(str(written["address"])) if written.get("address") is not None else None
    if address is not None and not is_address(address):
        raise IntransitError(f"{address!r} is not an address; a name belongs into host.", {"address": address})
    return Endpoint(
        host=host, port=port, protocol=protocol, server_name=_server_name(written.get("server_name"), host, to_ascii),
        address=address, path=path, proxy_protocol=_proxy_protocol(written),
        unprobed=str(written.get("unprobed") or ""), pages=read_pages(written.get("pages"), protocol),
    )


def read_port(written: Mapping[str, Any]) -> int:
    """The port of an endpoint, or of a declared listener, without the rest; the protocol's if none is given.

    Raises:
        IntransitError: it is no port, or neither a port, a protocol nor a host is given.
    """
    port = written.get("port")
    if port in (None, ""):
        default = DEFAULT_PORTS.get(str(written.get("protocol") or "https"))
        if default is None or not any(written.get(key) for key in ("protocol", "host", "address")):
            raise IntransitError(f"{dict(written)} has no port. Add `port`.", {"endpoint": dict(written)})
        return default
    try:
        words = repr(port)
        number = int(str(port))
    except ValueError:  # no number, or one of so many digits that Python does not write it
        words, number = repr(port) if isinstance(port, str) else "This", 0
    if not 1 <= number <= 65535:
        raise IntransitError(f"{words[:80]} is not a port: a port is a number from 1 to 65535.")
    return number


def _proxy_protocol(written: Mapping[str, Any]) -> Optional[str]:
    """The version of the PROXY protocol that the server expects."""
    version = written.get("proxy_protocol")
    if version in (None, "", "none"):
        return None
    if version not in PROXY_PROTOCOLS:
        raise IntransitError(f"PROXY protocol {version!r} is not supported. Supported: {', '.join(PROXY_PROTOCOLS)}.",
                             {"proxy_protocol": version})
    return str(version)


def _bare(text: str) -> str:
    """Without blanks around it, and an address of IPv6 without the brackets it has in a URL."""
    text = text.strip()
    return text[1:-1] if text.startswith("[") and text.endswith("]") and is_address(text[1:-1]) else text


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address, which needs no resolving and makes no server name."""
    if ":" not in text:
        return _IPV4.fullmatch(text) is not None
    import ipaddress  # rarely wanted, and not quickly loaded

    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _server_name(written: Optional[Any], host: str, to_ascii: Callable[[str], str]) -> Optional[str]:
    """The name for SNI: as written, or the host where that is a name (RFC 6066 section 3 wants no address)."""
    name = to_ascii(_bare(str(written)) if written else host)
    if is_address(name):
        return None
    encoded = name[:-1] if name.endswith(".") else name
    odd = any(char.isspace() or ord(char) < 33 or char in NO_NAME for char in encoded)
    if odd or len(encoded) > MAX_NAME or not all(0 < len(label) <= MAX_LABEL for label in encoded.split(".")):
        raise IntransitError(f"{name!r} is not a name that a server could have. A port and a path have options of "
                             "their own.", {"server_name": name})
    return encoded
