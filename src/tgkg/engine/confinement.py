"""What a query process may not do: outlive its parent, take all memory, reach the network."""

import ctypes
import os
import platform
import resource
import signal
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

_AFTER_OTHERS: Final = 10

_LOAD_WORD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_RETURN: Final = 0x06
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 13
"""The call fails with EACCES."""
_X32: Final = 0x40000000
"""The other numbering of calls on x86-64."""

_SOCKET_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 425, 41 | _X32, 425 | _X32)),
    "aarch64": (0xC00000B7, (198, 425)),
}
"""By machine: its name for seccomp, and the numbers of socket(2) and io_uring_setup(2)."""


def end_with(parent: int, how: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent ends, even by kill -9."""
    _prctl(_PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def address_space() -> int:
    """Return the bytes of memory that this process may use now, shared ones included."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def give_memory_back() -> None:
    """Let the system have what was freed; the allocator keeps it for later."""
    with suppress(AttributeError):  # glibc's alone
        ctypes.CDLL(None).malloc_trim(0)


def let_others_go_first(process: int) -> None:
    """Give a process (0 is this one) a tenth of the time that others get where all want it.

    A lower priority would starve a long query on a busy machine.

    Raises:
        OSError: the process is gone.
    """
    os.setpriority(os.PRIO_PROCESS, process, _AFTER_OTHERS)


def take_what_is_left() -> None:
    """Run only where nobody else wants to: the next who does goes on at once (sched(7)).

    On a core that others keep busy this process stands still.
    """
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def take_turns_again(priority: int) -> bool:
    """Take the turns of everybody back, and a priority; False where the system does not let us."""
    try:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.setpriority(os.PRIO_PROCESS, 0, priority)
    except PermissionError:
        return False
    return True


def limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has now, and be the first to go."""
    most = address_space() + more
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # some containers do not let it
        Path("/proc/self/oom_score_adj").write_text("1000")


def leave_the_network() -> None:
    """Make it impossible for this process to open a socket; those it has stay open.

    A seccomp filter (seccomp(2)): no privilege is needed, and it cannot be taken off again.

    Raises:
        OSError: the kernel does not let us, or the machine is one whose calls we do not know.
    """
    if platform.machine() not in _SOCKET_CALLS:
        raise OSError(f"no filter is known for {platform.machine()}")
    machine, calls = _SOCKET_CALLS[platform.machine()]
    refusing = len(calls)
    program = [
        (_LOAD_WORD, 0, 0, 4),  # which machine the call is for
        (_JUMP_IF_EQUAL, 0, refusing + 2, machine),
        (_LOAD_WORD, 0, 0, 0),  # which call
        *((_JUMP_IF_EQUAL, refusing - index, 0, call) for index, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    held = ctypes.create_string_buffer(code)
    filter_ = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(filter_))


def _prctl(*arguments: "int | ctypes.Array[ctypes.c_char]") -> None:
    library = ctypes.CDLL(None, use_errno=True)
    padded = [each if not isinstance(each, int) else ctypes.c_ulong(each) for each in arguments]
    padded += [ctypes.c_ulong(0)] * (5 - len(padded))
    if library.prctl(*padded):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
