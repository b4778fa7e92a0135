"""Limits that a process sets itself and cannot take back: memory, files, processes, network.

RLIMIT_NPROC does not bind root, so processes are refused by a filter of system calls, which lets
threads pass. A filter needs Linux on x86-64 or ARM64; the rest needs a POSIX system.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import socket
import struct
import sys
from collections.abc import Mapping

# Numbers of the calls that are refused, per machine: Linux's own tables.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
REFUSED = {
    "x86_64": {
        "socket": 41, "fork": 57, "vfork": 58, "shmget": 29, "msgget": 68, "ptrace": 101,
        "mount": 165, "unshare": 272, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "memfd_create": 319, "bpf": 321, "userfaultfd": 323,
        "execveat": 322, "execve": 59, "io_uring_setup": 425, "add_key": 248, "keyctl": 250,
        "perf_event_open": 298, "tkill": 200, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
        "pidfd_open": 434,
    },
    "aarch64": {
        "socket": 198, "shmget": 194, "msgget": 186, "ptrace": 117, "mount": 40, "unshare": 97,
        "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "memfd_create": 279,
        "bpf": 280, "userfaultfd": 282, "execveat": 281, "execve": 221, "io_uring_setup": 425,
        "add_key": 217, "keyctl": 219, "perf_event_open": 241, "tkill": 130,
        "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "pidfd_open": 434,
    },
}  # fmt: skip
ON_ITSELF = {  # calls that a process may make on itself alone: signals and limits
    "x86_64": {"kill": 62, "tgkill": 234, "prlimit64": 302},
    "aarch64": {"kill": 129, "tgkill": 131, "prlimit64": 261},
}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435  # its flags lie in memory, where a filter cannot look: "not there", and libc clones
CLONE_THREAD = 0x10000
X32 = 0x40000000  # calls of another kind on x86-64 have this bit

_LOAD, _EQUAL, _ATLEAST, _ANYBIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they lie in seccomp_data
_SET_PDEATHSIG, _SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 1, 38, 22, 2


def confine(limits: Mapping[str, int]) -> dict[str, bool]:
    """Set every limit that this system has; which of the protections hold now, tried out."""
    set_limits(limits)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # ends with the grader
        install_filter()
    return {"no_processes": not _forks(), "no_sockets": not _connects()}


def set_limits(limits: Mapping[str, int]) -> None:
    """Memory in all, one file's size, open files, seconds of processor time; no core dumps."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_AS": limits["memory"],
        "RLIMIT_FSIZE": limits["file"],
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CPU": limits["processor"],
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # macOS has no limit of memory
            resource.setrlimit(kind, (most, most))


def install_filter() -> None:
    """Refuse the calls above in this process and all of its threads to come; OSError where not."""
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in ARCHITECTURES:
        raise OSError(f"no filter for {sys.platform} on {machine}")
    program = filter_program(machine, os.getpid())
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    call = ctypes.CDLL(None, use_errno=True).prctl
    filtered = Program(len(program) // 8, ctypes.addressof(code))
    if call(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or call(
        _SET_SECCOMP, _FILTER_MODE, ctypes.byref(filtered), 0, 0
    ):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def filter_program(machine: str, process: int) -> bytes:
    """The filter for one process, in the kernel's own code (classic BPF)."""
    # Each step is (code, value, steps to skip if so, steps to skip if not).
    steps = [
        (_LOAD, _ARCHITECTURE, 0, 0),
        (_EQUAL, ARCHITECTURES[machine], 1, 0),
        (_RETURN, _KILL, 0, 0),
        (_LOAD, _NUMBER, 0, 0),
        (_ATLEAST, X32, 0, 1),
        (_RETURN, _ERROR | _EPERM, 0, 0),
        (_EQUAL, CLONE3, 0, 1),
        (_RETURN, _ERROR | _ENOSYS, 0, 0),
        (_EQUAL, CLONE[machine], 0, 4),
        (_LOAD, _FIRST_ARGUMENT, 0, 0),
        (_ANYBIT, CLONE_THREAD, 1, 0),
        (_RETURN, _ERROR | _EPERM, 0, 0),
        (_RETURN, _ALLOW, 0, 0),
    ]
    for number in ON_ITSELF[machine].values():
        steps += [
            (_EQUAL, number, 0, 5),
            (_LOAD, _FIRST_ARGUMENT, 0, 0),
            (_EQUAL, process, 2, 0),
            (_EQUAL, 0, 1, 0),
            (_RETURN, _ERROR | _EPERM, 0, 0),
            (_RETURN, _ALLOW, 0, 0),
        ]
    for number in REFUSED[machine].values():
        steps += [(_EQUAL, number, 0, 1), (_RETURN, _ERROR | _EPERM, 0, 0)]
    steps.append((_RETURN, _ALLOW, 0, 0))
    return b"".join(struct.pack("=HBBI", code, yes, no, k) for code, k, yes, no in steps)


def _forks() -> bool:
    """Does starting a process work? One that starts ends at once."""
    try:
        child = os.fork()
    except (OSError, AttributeError):
        return False
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _connects() -> bool:
    """Can a socket be made? In a sandbox without a network it leads nowhere all the same."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True
