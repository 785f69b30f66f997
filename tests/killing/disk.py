"""A disk that writes down what SQLite asks of it, so that a power cut can be played at
any instant afterwards.

`watch(folder)` puts a layer under every database that is opened in the folder from then
on: each write, cut and sync goes to the real file and into `trace`. `after_a_cut` then
says what a disk might hold if the power had gone at one place of the trace: everything
up to the last sync of a file, and of what came after it whatever a kernel may have
happened to write out, in any order and sector by sector.

No file system is taken down for this, and no drive that lies about a sync is played.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

SECTOR: Final = 512
WRITE, CUT, SYNC, GONE = "write", "cut", "sync", "gone"

# A path goes on as the pointer that came: SQLite keeps more behind it.
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(ctypes.Structure):
    """As sqlite3.h has it, up to the newest of its three versions."""

    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("app_data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 14),
    ]


class _Methods(ctypes.Structure):
    """What can be done with an open file."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("truncate", c_void_p),
        ("sync", c_void_p),
        ("others", c_void_p * 13),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of a file: where, and with what bytes."""

    what: str
    file: str
    at: int = 0
    content: bytes = b""


@dataclass
class Disk:
    """What was asked, in order."""

    folder: Path
    trace: list[Asked] = field(default_factory=list)
    base: dict[str, bytes] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what was; what is in the folder now is safely on the disk. Nothing may
        be open."""
        self.trace.clear()
        self.base = {
            each.name: each.read_bytes()
            for each in self.folder.iterdir()
            if each.is_file()
        }


def watch(folder: Path) -> Disk:
    """Put the layer under SQLite, in this process and for good."""
    library = ctypes.CDLL(_library())
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
    real_at = library.sqlite3_vfs_find(None)
    real = _Vfs.from_address(real_at)
    disk = Disk(folder)
    ours = _Vfs()
    ctypes.memmove(ctypes.byref(ours), real_at, ctypes.sizeof(_Vfs))
    ours.name = b"quietline-watched"
    layer = _Layer(disk, real_at, real)
    ours.open = ctypes.cast(layer.open, c_void_p).value
    ours.delete = ctypes.cast(layer.delete, c_void_p).value
    # For as long as the process lives: SQLite holds on to all of it.
    disk.kept += [library, ours, layer]
    if library.sqlite3_vfs_register(ctypes.byref(ours), 1) != 0:
        raise RuntimeError("SQLite did not take the layer.")
    return disk


def _library() -> str:
    """The library that Python's own driver has loaded: another copy would not do."""
    import sqlite3  # noqa: F401, PLC0415 - loads it

    loaded = Path("/proc/self/maps").read_text().split()
    return next(each for each in loaded if "libsqlite3.so" in each)


class _Layer:
    """The functions that SQLite calls."""

    def __init__(self, disk: Disk, real_at: int, real: _Vfs) -> None:
        self._disk = disk
        self._real_at = real_at
        self._really_open = _Open(real.open)
        self._really_delete = _Delete(real.delete)
        self._names: dict[int, str] = {}
        self._patched: dict[int, tuple[int, Any]] = {}
        self.open = _Open(self._open)
        self.delete = _Delete(self._delete)

    def _ours(self, path: int | None) -> str:
        if path is None:
            return ""
        found = Path(ctypes.string_at(path).decode())
        return found.name if found.parent == self._disk.folder else ""

    def _open(self, _: int, path: int | None, file: int, flags: int, out: int) -> int:
        answer: int = self._really_open(self._real_at, path, file, flags, out)
        name = self._ours(path)
        # The -shm file is no part of what must survive: it is made anew.
        if answer == 0 and name and not name.endswith("-shm"):
            self._names[file] = name
            methods = POINTER(c_void_p).from_address(file)
            first = ctypes.cast(methods, c_void_p).value or 0
            c_void_p.from_address(file).value = self._patch(first)
        return answer

    def _delete(self, _: int, path: int, directory: int) -> int:
        answer: int = self._really_delete(self._real_at, path, directory)
        if answer == 0 and self._ours(path):
            self._disk.trace.append(Asked(GONE, self._ours(path)))
        return answer

    def _patch(self, methods_at: int) -> int:
        """The same methods with three of them ours."""
        if methods_at not in self._patched:
            real = _Methods.from_address(methods_at)
            ours = _Methods()
            size = ctypes.sizeof(_Methods)
            ctypes.memmove(ctypes.byref(ours), methods_at, size)
            calls = self._calls(real)
            ours.write, ours.truncate, ours.sync = (
                ctypes.cast(each, c_void_p).value for each in calls
            )
            self._patched[methods_at] = (ctypes.addressof(ours), (ours, calls))
        return self._patched[methods_at][0]

    def _calls(self, real: _Methods) -> tuple[Any, Any, Any]:
        write, cut, sync = (
            _Write(real.write),
            _Truncate(real.truncate),
            _Sync(real.sync),
        )
        trace, names = self._disk.trace, self._names

        def written(file: int, content: int, many: int, at: int) -> int:
            given = ctypes.string_at(content, many)
            trace.append(Asked(WRITE, names[file], at, given))
            return int(write(file, content, many, at))

        def cut_off(file: int, size: int) -> int:
            trace.append(Asked(CUT, names[file], size))
            return int(cut(file, size))

        def synced(file: int, flags: int) -> int:
            # Noted when it is over: only then may anybody rely on it.
            answer = int(sync(file, flags))
            trace.append(Asked(SYNC, names[file]))
            return answer

        return _Write(written), _Truncate(cut_off), _Sync(synced)


# --- What is left ------------------------------------------------------------------


def after_a_cut(
    disk: Disk, trace: Sequence[Asked], how: str, chance: Random
) -> dict[str, bytes]:
    """The files, if the power went at the end of this part of the trace. `how` much of
    what was not synced survived: `nothing`, `everything`, `some` or `torn`."""
    files = {name: bytearray(content) for name, content in disk.base.items()}
    last = {each.file: at for at, each in enumerate(trace) if each.what == SYNC}
    for at, each in enumerate(trace):
        safe = at <= last.get(each.file, -1)
        for part in [each] if safe else _survived(each, how, chance):
            _do(files, part)
    return {name: bytes(content) for name, content in files.items()}


def unsynced(trace: Sequence[Asked], ending: str) -> bool:
    """Whether a file with such an ending was being written to at the end."""
    last = max(
        (
            at
            for at, each in enumerate(trace)
            if each.what == SYNC and each.file.endswith(ending)
        ),
        default=-1,
    )
    return any(
        each.what == WRITE and each.file.endswith(ending) for each in trace[last + 1 :]
    )


def _survived(asked: Asked, how: str, chance: Random) -> Iterator[Asked]:
    if asked.what == GONE or how == "everything":
        yield asked
    elif how == "some":
        if chance.random() < 0.5:
            yield asked
    elif how == "torn" and asked.what == WRITE:
        first = asked.at - asked.at % SECTOR
        for start in range(first, asked.at + len(asked.content), SECTOR):
            if chance.random() < 0.5:
                begins = max(start, asked.at)
                ends = min(start + SECTOR, asked.at + len(asked.content))
                part = asked.content[begins - asked.at : ends - asked.at]
                yield Asked(WRITE, asked.file, begins, part)
    elif how == "torn" and chance.random() < 0.5:
        yield asked


def _do(files: dict[str, bytearray], asked: Asked) -> None:
    if asked.what == GONE:
        files.pop(asked.file, None)
        return
    if asked.what == SYNC:
        return
    content = files.setdefault(asked.file, bytearray())
    if asked.what == CUT:
        del content[asked.at :]
        return
    if len(content) < asked.at:
        content.extend(bytes(asked.at - len(content)))
    content[asked.at : asked.at + len(asked.content)] = asked.content
