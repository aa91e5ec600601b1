"""The copy of a simulation's state with which each test of a decorated class begins."""

from __future__ import annotations

import io
import itertools
import pickle
import random
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_COPIED = {
    *(dict, defaultdict, OrderedDict, list, set, frozenset, tuple, deque, bytearray),
    *(itertools.count, random.Random, _LOCK, _RLOCK),
}


def copied(state: T, instead: Mapping[object, object]) -> T:
    """A copy of ``state``: a change of one does not change the other.

    Copied are the objects of this package, containers, counters, locks and random number
    generators. All other objects are in both: an object of a test may not be copyable.
    (:func:`copy.deepcopy` copies no lock.)

    :param instead: objects, and those that the copy has in their place.
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, instead)
    pickler.dump(state)
    found: T = _Unpickler(io.BytesIO(buffer.getvalue()), pickler.kept).load()
    return found


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, instead: Mapping[object, object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._instead = {id(old): new for old, new in instead.items()}
        self.kept: list[object] = []

    dispatch_table = {  # noqa: RUF012
        _LOCK: lambda lock: (threading.Lock, ()),
        _RLOCK: lambda lock: (threading.RLock, ()),
        # Python 3.14 and newer cannot pickle a counter. The number that this takes is not used
        # for anything else.
        itertools.count: lambda counter: (itertools.count, (next(counter),)),
    }

    def persistent_id(self, obj: Any) -> int | None:
        if id(obj) in self._instead:
            self.kept.append(self._instead[id(obj)])
        elif type(obj) in _COPIED or _is_ours(type(obj)):
            return None
        else:
            self.kept.append(obj)
        return len(self.kept) - 1


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, kept: list[object]) -> None:
        super().__init__(file)
        self._kept = kept

    def persistent_load(self, pid: Any) -> object:
        return self._kept[pid]


def _is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]
