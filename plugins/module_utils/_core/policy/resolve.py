# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From names and own profiles to one frozen policy; every way in ends in the same checks.

Order of precedence: an own profile's keys, then the profile, then the data class, then
``intermediate``.  Nothing that is passed in is modified.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ContradictoryPolicy,
    PolicyError,
    UnknownProfile,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy import own
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.check import check
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES, DataClass
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.overlay import tighten_policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES

DEFAULT_PROFILE = "intermediate"

_NESTED = ("min_key", "certificate", "hsts", "also_allowed")
_TOLERATED_PROTOCOLS = {"tls12_suites": ("TLSv1", "TLSv1.1", "TLSv1.2"), "tls13_suites": ("TLSv1.3",)}


def resolve(
    profile: Optional[str] = None,
    data_class: Optional[str] = None,
    policy: Union[str, Mapping[str, Any], Policy, None] = None,
) -> Policy:
    """Return the policy that these names and this own profile mean.

    Args:
        profile: a profile's name (``ncsc-nl`` and ``ncsc_nl`` are one).
        data_class: public, restricted, confidential or secret.  With a profile or an own
            profile it brings only its rules on plaintext, STARTTLS and client certificates.
        policy: the name of a profile or data class, an own profile (any key of Policy, and
            ``extends``: the profile or class it starts from), or a ``Policy.to_dict()``,
            which comes back as the policy it was made from.

    Raises:
        UnknownProfile, UnknownKey, UnknownName, EmptyPolicy, ContradictoryPolicy, PolicyError

    """
    if isinstance(policy, Policy):
        policy = policy.to_dict()
    if isinstance(policy, str):
        return _resolve_name(policy, profile, data_class)
    if policy is not None and not isinstance(policy, Mapping):
        raise PolicyError(
            f"A policy is the name of a profile or data class, or a dictionary; this is {policy!r}.",
            {"policy": repr(policy)},
        )
    base = _base(profile, data_class)
    return check(base) if not policy else _own(policy, base, data_class)


def _resolve_name(name: str, profile: Optional[str], data_class: Optional[str]) -> Policy:
    key = _normal(name)
    if key in DATA_CLASSES:
        return resolve(profile=profile, data_class=data_class or key)
    return resolve(profile=name, data_class=data_class)


def _normal(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _profile(name: str) -> Policy:
    key = _normal(name)
    if key in PROFILES:
        return PROFILES[key]
    if key in DATA_CLASSES:
        words = f"{name} is a data class, not a profile: give it as the data class."
    else:
        words = f"No profile is called {name}.{own.find_nearest(key, [*PROFILES, *DATA_CLASSES])}"
    raise UnknownProfile(
        f"{words} Profiles: {', '.join(PROFILES)}. Data classes: {', '.join(DATA_CLASSES)}.",
        {"name": name, "profiles": list(PROFILES), "data_classes": list(DATA_CLASSES)},
    )


def _data_class(name: str) -> DataClass:
    found = DATA_CLASSES.get(_normal(name))
    if found is None:
        raise UnknownProfile(
            f"No data class is called {name}.{own.find_nearest(_normal(name), DATA_CLASSES)} Data classes: "
            f"{', '.join(DATA_CLASSES)}.",
            {"name": name, "data_classes": list(DATA_CLASSES)},
        )
    return found


def _base(profile: Optional[str], data_class: Optional[str]) -> Policy:
    """Return what holds before an own profile: the profile, the class, or the default."""
    if data_class is None:
        return _profile(profile or DEFAULT_PROFILE)
    chosen = _data_class(data_class)
    if profile is not None:
        return _with_rules(_profile(profile), chosen)
    return _of_class(chosen)


def _of_class(data_class: DataClass) -> Policy:
    base = PROFILES[data_class.profile]
    if data_class.overlay is not None:
        base = tighten_policy(base, PROFILES[data_class.overlay])
    base = replace(
        base,
        hsts=replace(base.hsts, min_max_age=data_class.hsts_min_max_age),
        post_quantum_required=data_class.post_quantum_required,
    )
    return _with_rules(base, data_class)


def _with_rules(base: Policy, data_class: DataClass) -> Policy:
    return replace(
        base,
        # A policy without HSTS stays without it.
        hsts=replace(base.hsts, include_subdomains=base.hsts.include_subdomains or (
            data_class.hsts_include_subdomains and base.hsts.min_max_age is not None)),
        plaintext=data_class.plaintext,
        starttls=data_class.starttls,
        client_certificate=data_class.client_certificate,
        data_class=data_class.name,
    )


def _own(values: Mapping[str, Any], base: Policy, data_class: Optional[str]) -> Policy:
    """Return the policy of an own profile: its keys over what it extends, or else over ``base``."""
    given = own.read(values)
    extends = given.pop("extends", None)
    if extends is not None:
        base = _extended(extends, data_class)
    elif given.get("data_class") is not None and data_class is None:
        base = _with_rules(base, _data_class(given["data_class"]))
    if given.get("data_class") is not None:
        given["data_class"] = _data_class(given["data_class"]).name
    given.update(_protocols(given, base))
    given.update(_narrowed(given, base))
    for key in _NESTED:
        if key in given:
            given[key] = replace(getattr(base, key), **given[key])
    return check(replace(_renamed(base, given), **given))


def _extended(extends: str, data_class: Optional[str]) -> Policy:
    """Return what ``extends`` names; an extra data class adds its rules."""
    if _normal(extends) in DATA_CLASSES:
        base = _of_class(_data_class(extends))
        return base if data_class is None else _with_rules(base, _data_class(data_class))
    return _base(extends, data_class)


def _renamed(base: Policy, given: Mapping[str, Any]) -> Policy:
    """Return the base with the name of an own profile, so that evidence never shows another's."""
    if "name" in given:
        return base
    return replace(
        base,
        name="own",
        title=f"own profile, extends {base.name}",
        source=f"own profile; what it does not say itself: {base.source}",
        source_status=f"own profile; base: {base.source_status}",
    )


def _protocols(given: dict[str, Any], base: Policy) -> dict[str, tuple[str, ...]]:
    """Return the protocols that ``min_protocol`` and ``max_protocol`` mean, oldest first."""
    low, high = given.pop("min_protocol", None), given.pop("max_protocol", None)
    if low is None and high is None:
        if "protocols" not in given:
            return {}
        return {"protocols": tuple(name for name in PROTOCOLS if name in given["protocols"])}
    if "protocols" in given:
        raise ContradictoryPolicy(
            "The own profile says protocols as well as min_protocol or max_protocol. Write one of the two.",
            {"keys": ["protocols", "min_protocol", "max_protocol"]},
        )
    first = PROTOCOLS.index(low or base.min_protocol)
    last = PROTOCOLS.index(high or base.max_protocol)
    if first > last:
        raise ContradictoryPolicy(
            f"The oldest protocol version {PROTOCOLS[first]} is newer than the newest one, {PROTOCOLS[last]}.",
            {"min_protocol": PROTOCOLS[first], "max_protocol": PROTOCOLS[last]},
        )
    return {"protocols": PROTOCOLS[first : last + 1]}


def _narrowed(given: Mapping[str, Any], base: Policy) -> dict[str, tuple[str, ...]]:
    """Return empty suite lists where the own profile drops the versions that inherited ones belong to."""
    protocols = given.get("protocols", base.protocols)
    return {
        key: ()
        for key, versions in _TOLERATED_PROTOCOLS.items()
        if key not in given and not any(version in protocols for version in versions)
    }
