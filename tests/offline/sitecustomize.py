"""With this folder on PYTHONPATH, a Python and all it starts cannot leave this machine.

Loopback and local sockets stay open: kernels and JupyterLab speak through them.
"""

import ipaddress
import socket


class NetworkRefusedError(ConnectionRefusedError):
    """Something reached for the network although the course is installed."""


def is_local(host):
    """Whether an address or a name is this machine's own."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_unless_local(host):
    if not is_local(host):
        raise NetworkRefusedError(f"{host}: the course needs no network once it is installed")


def guarded(connect):
    def wrapper(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_unless_local(address[0])
        return connect(self, address)

    return wrapper


def guarded_lookup(lookup):
    def wrapper(host, *args, **kwargs):
        refuse_unless_local(host)
        return lookup(host, *args, **kwargs)

    return wrapper


socket.socket.connect = guarded(socket.socket.connect)
socket.socket.connect_ex = guarded(socket.socket.connect_ex)
socket.getaddrinfo = guarded_lookup(socket.getaddrinfo)
