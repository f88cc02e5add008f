"""The host names and addresses under which this machine serves the review page."""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

WILDCARDS = frozenset({"0.0.0.0", "::"})

# Addresses for documentation. The system chooses the interface for them; nothing is sent.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def is_loopback(host: str) -> bool:
    """Whether a server that listens on this host can be reached only from this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def own_hosts(
    host: str,
    *,
    names: Callable[[], Iterable[str]] = lambda: (socket.gethostname(), socket.getfqdn()),
    addresses: Callable[[], Iterable[str]] = lambda: _interface_addresses(),
) -> tuple[str, ...]:
    """The names and addresses that reach a server which listens on ``host``, the best one to send to others first.

    Args:
        names, addresses: those of this machine; they are used for a server that listens on all interfaces.
    """
    if host not in WILDCARDS:
        return ("127.0.0.1" if host.lower() == "localhost" else host,)
    found = [name.lower().rstrip(".") for name in names() if name and not is_loopback(name)]
    found.sort(key=lambda name: "." not in name)
    usable = [address for address in addresses() if host == "::" or ":" not in address]
    return tuple(dict.fromkeys([*found, *usable, "127.0.0.1"]))


def _interface_addresses() -> list[str]:
    """The addresses of the interfaces that lead to other machines."""
    found = []
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            found.append(str(probe.getsockname()[0]))
    with suppress(OSError):
        for *_, address in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
            found.append(str(address[0]).partition("%")[0])
    return [address for address in dict.fromkeys(found) if not is_loopback(address)]
