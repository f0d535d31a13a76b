"""Leave the network for good, and have every attempt to reach it answered by somebody else. Linux, one process.

Two independent means. A network namespace of its own has no interface, so that nothing can get out whatever is tried.
A seccomp filter (seccomp(2), seccomp_unotify(2)) hands each `connect`, and each socket that is not of this machine
alone, to a witness in another process, before the kernel does anything: native code can't go round it, as it could
round hooks of Python. Refuses to know what the process is for.
"""

import array
import ctypes
import os
import platform
import socket
import struct
from contextlib import suppress
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER = 1, 8
ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06
"""BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K."""
AT_NUMBER, AT_ARCHITECTURE, AT_FIRST_ARGUMENT = 0, 4, 16
"""Offsets in `struct seccomp_data`; both architectures are little endian."""
OF_THIS_MACHINE = (socket.AF_UNIX, 16)
"""The second is AF_NETLINK, by which a process asks its own kernel."""


class Kind:
    """System call numbers of an architecture."""

    def __init__(self, audit: int, *, seccomp: int, socket: int, connect: int) -> None:
        self.audit, self.seccomp, self.socket, self.connect = audit, seccomp, socket, connect


KINDS = {
    "x86_64": Kind(0xC000003E, seccomp=317, socket=41, connect=42),
    "aarch64": Kind(0xC00000B7, seccomp=277, socket=198, connect=203),
}


def leave_network() -> None:
    """Move this process into a network namespace without interfaces; raise `OSError` where that is not allowed.

    Call while there is one thread. Where it needs it, and may, a user namespace of its own comes with it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if user == 0 and libc.unshare(CLONE_NEWNET) == 0:
        return
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def hand_over(witness: socket.socket) -> None:
    """Have each attempt of this thread, and all that it starts from now on, wait for what the witness says of it.

    Sends the descriptor that the witness hears of them by. Raises `OSError` where the kernel doesn't offer it.
    """
    kind = KINDS.get(platform.machine())
    if kind is None:
        raise OSError(0, f"not known for {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(kind)
    held = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    listener = libc.syscall(kind.seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, header)
    if listener < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    witness.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener]))])
    os.close(listener)


def _program(kind: Kind) -> bytes:
    """Return the filter: notify of `connect`, and of `socket` for any family but those of this machine."""

    def step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    unix, netlink = OF_THIS_MACHINE
    return b"".join(
        [
            step(LOAD, AT_ARCHITECTURE),
            step(EQUALS, kind.audit, no=6),  # to ALLOW: another architecture's calls have other numbers
            step(LOAD, AT_NUMBER),
            step(EQUALS, kind.connect, yes=5),
            step(EQUALS, kind.socket, no=3),
            step(LOAD, AT_FIRST_ARGUMENT),
            step(EQUALS, unix, yes=1),
            step(EQUALS, netlink, no=1),
            step(RETURN, ALLOW),
            step(RETURN, NOTIFY),
        ]
    )
