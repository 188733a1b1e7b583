# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``dataclass``, ``field``, ``replace`` and ``asdict`` as in the standard library, for what every look imports.

The standard library's own compiles six methods for each class and loads what reads source code
(inspect, ast, dis, tokenize) to do so: a third of the time that a look at a few endpoints
takes.  Here nothing is compiled.  What differs: no ``init=False``, no ordering, no inheritance of
fields; a type checker sees the standard library, and so does ``dataclasses.replace``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional

__all__ = ["asdict", "dataclass", "field", "list_fields", "replace"]


class _Factory:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, replace
else:

    def field(default_factory: Callable[[], Any]) -> Any:
        """A field whose default is made anew for each instance."""
        return _Factory(default_factory)

    def dataclass(cls: Optional[type] = None, frozen: bool = False) -> Any:
        """Make a class of its annotations: ``__init__``, equality, a representation; ``frozen`` for a value."""
        if cls is None:
            return lambda real: _made(real, frozen)
        return _made(cls, frozen)

    def replace(instance: Any, **changes: Any) -> Any:
        """The same value with some fields changed."""
        return type(instance)(**{**instance.__dict__, **changes})

    def asdict(instance: Any) -> dict[str, Any]:
        """The fields as a dictionary, and so what is inside them."""
        return {name: _plain(getattr(instance, name)) for name in instance.__light__}

    def _plain(value: Any) -> Any:
        if hasattr(type(value), "__light__"):
            return asdict(value)
        if isinstance(value, (list, tuple)):
            return type(value)(_plain(item) for item in value)
        if isinstance(value, dict):
            return {_plain(key): _plain(item) for key, item in value.items()}
        return value


def list_fields(value: Any) -> Optional[tuple[str, ...]]:
    """The names of a value's fields in their order; None where its class was not made here."""
    found: Optional[tuple[str, ...]] = getattr(type(value), "__light__", None)
    return found


class _Fields:
    """``__dataclass_fields__``, made when the standard library asks for it."""

    def __get__(self, _instance: Any, owner: Any) -> Any:
        import dataclasses  # whoever asks has it

        # Names are all that replace, asdict and fields read; defaults are this class's own matter.
        twin: Any = dataclasses.make_dataclass(owner.__name__, owner.__light__)
        return twin.__dataclass_fields__


def _made(cls: Any, frozen: bool) -> Any:
    names = tuple(vars(cls).get("__annotations__", {}))
    given = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    made = {name: default.make for name, default in given.items() if isinstance(default, _Factory)}
    for name in made:
        delattr(cls, name)
    cls.__light__ = names
    cls.__light_made__ = made
    cls.__light_defaults__ = {name: default for name, default in given.items() if name not in made}
    cls.__dataclass_fields__ = _Fields()
    cls.__init__ = _initializer(cls, names, made)
    cls.__eq__ = _equal
    cls.__repr__ = _represented
    cls.__hash__ = _hashed if frozen else None
    if frozen:
        cls.__setattr__ = _no_setting
        cls.__delattr__ = _no_deleting
    return cls


def _initializer(cls: Any, names: tuple[str, ...], made: dict[str, Callable[[], Any]]) -> Callable[..., None]:
    defaults, count, known = cls.__light_defaults__, len(names), frozenset(names)

    def initialize(self: Any, *args: Any, **given: Any) -> None:
        state = self.__dict__
        state.update(defaults)
        state.update(zip(names, args))
        state.update(given)
        if made:
            for name, make in made.items():
                if name not in state:
                    state[name] = make()
        if len(state) != count or len(args) > count or not known.issuperset(given) or \
                (args and given and not given.keys().isdisjoint(names[:len(args)])):
            raise TypeError(f"{cls.__name__} takes {', '.join(names)}; given: {len(args)} values and {list(given)}.")

    return initialize


def _equal(self: Any, other: Any) -> Any:
    return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented


def _hashed(self: Any) -> int:
    state = self.__dict__
    return hash(tuple([state[name] for name in self.__light__]))


def _represented(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__light__)})"


def _no_setting(self: Any, name: str, _value: Any) -> None:
    _frozen(f"{type(self).__name__} is frozen: {name} cannot be set.")


def _no_deleting(self: Any, name: str) -> None:
    _frozen(f"{type(self).__name__} is frozen: {name} cannot be deleted.")


def _frozen(sentence: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(sentence)
