"""Classifies calls that got no complete answer, by the exceptions of the SDK and its transports."""

from generator.model.failures.failure import Billed, CallTarget, Failure, Kind
from generator.model.failures.secrets import without_secrets

_DROPPED = "the connection broke before the whole reply had arrived"
# By class name, so neither the SDK nor a transport must be imported. The first match counts. aiohttp's classes come
# before those of httpx2, because the SDK's transport maps several of aiohttp's to one of httpx2.
_BY_EXCEPTION: tuple[tuple[str, tuple[Kind, str, Billed, str]], ...] = (
    ("UnsupportedProtocol", ("fatal", "bad-address", "no", "the base URL cannot be called")),
    ("InvalidURL", ("fatal", "bad-address", "no", "the base URL cannot be called")),
    ("LocalProtocolError", ("fatal", "bad-address", "no", "the request cannot be sent")),
    ("SSLCertVerificationError", ("fatal", "bad-certificate", "no", "the certificate is not trusted")),
    ("ClientConnectorCertificateError", ("fatal", "bad-certificate", "no", "the certificate is not trusted")),
    ("gaierror", ("transient", "unknown-host", "no", "the host name is not known")),
    ("ClientConnectorDNSError", ("transient", "unknown-host", "no", "the host name is not known")),
    ("ConnectionTimeoutError", ("timeout", "connect-timeout", "no", "no connection in time")),
    ("ServerTimeoutError", ("timeout", "timeout", "maybe", "no reply in time from")),
    ("ConnectionRefusedError", ("transient", "connection-refused", "no", "nothing answers at")),
    ("ClientConnectorError", ("transient", "connection-refused", "no", "no connection")),
    ("ClientConnectionError", ("transient", "connection-dropped", "maybe", _DROPPED)),
    ("ConnectError", ("transient", "connection-refused", "no", "no connection")),
    ("ConnectTimeout", ("timeout", "connect-timeout", "no", "no connection in time")),
    ("PoolTimeout", ("timeout", "connect-timeout", "no", "no free connection in time")),
    ("DecodingError", ("transient", "bad-reply", "maybe", "the reply cannot be decompressed")),
    ("TimeoutException", ("timeout", "timeout", "maybe", "no reply in time from")),
    ("TimeoutError", ("timeout", "timeout", "maybe", "no reply in time from")),
)


def classify_exception(exc: BaseException, target: CallTarget) -> Failure:
    """The failure of a call that got no complete answer.

    The SDK and its transports wrap each other's exceptions, and some report a dropped connection as a timeout. So the
    first entry of ``_BY_EXCEPTION`` that matches any exception of the chain decides.
    """
    chain = _chain(exc)
    names = {base.__name__ for link in chain for base in type(link).__mro__}
    kind, cause, billed, problem = next(
        (entry for name, entry in _BY_EXCEPTION if name in names),
        ("transient", "connection-dropped", "maybe", _DROPPED),
    )
    detail = next((str(link) for link in reversed(chain) if str(link)), "")
    text = f"{problem}: {target.endpoint}" + (f" ({detail})" if detail and cause != "timeout" else "")
    return Failure(kind=kind, cause=cause, message=without_secrets(text, target.secret), billed=billed)


def _chain(exc: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = exc
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links
