"""Credentials, and how they are shown to a server: Basic (RFC 7617) and Digest (RFC 7616)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

USER: Final = "TGKG_ENGINE_USER"
PASSWORD: Final = "TGKG_ENGINE_PASSWORD"  # noqa: S105 (the name of a variable)

_PARAMETER: Final = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_DIGEST: Final = re.compile(r"\bDigest\s+(.*)", re.IGNORECASE | re.DOTALL)
_BASIC: Final = re.compile(r"\bBasic\b", re.IGNORECASE)
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password; the password is in no message."""

    user: str
    password: str = field(repr=False)


def credentials_in(environment: Mapping[str, str]) -> Credentials | None:
    """Return the credentials that the environment gives, or None: they are in no file of ours."""
    user = environment.get(USER)
    return Credentials(user, environment.get(PASSWORD, "")) if user else None


@dataclass(frozen=True, slots=True)
class BasicLogin:
    """The password goes along as it is: for https, or within one machine."""

    def header(self, credentials: Credentials, method: str, target: str, count: int) -> str:
        """Return the value of the Authorization header."""
        del method, target, count
        pair = f"{credentials.user}:{credentials.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


@dataclass(frozen=True, slots=True)
class DigestLogin:
    """The password is proven, not sent."""

    realm: str
    nonce: str
    algorithm: str
    has_quality: bool
    opaque: str | None

    def header(self, credentials: Credentials, method: str, target: str, count: int) -> str:
        """Return the value of the Authorization header; `count` rises with each use."""
        client, uses = secrets.token_hex(8), f"{count:08x}"
        secret = self._hash(f"{credentials.user}:{self.realm}:{credentials.password}")
        asked = self._hash(f"{method}:{target}")
        between = f"{uses}:{client}:auth:" if self.has_quality else ""
        values = {
            "username": credentials.user,
            "realm": self.realm,
            "nonce": self.nonce,
            "uri": target,
            "response": self._hash(f"{secret}:{self.nonce}:{between}{asked}"),
            **({"opaque": self.opaque} if self.opaque is not None else {}),
        }
        quoted = [f'{name}="{_escaped(value)}"' for name, value in values.items()]
        quality = ["qop=auth", f"nc={uses}", f'cnonce="{client}"'] if self.has_quality else []
        return "Digest " + ", ".join([*quoted, f"algorithm={self.algorithm}", *quality])

    def _hash(self, text: str) -> str:
        return hashlib.new(
            _HASHES[self.algorithm], text.encode(), usedforsecurity=False
        ).hexdigest()


Login = BasicLogin | DigestLogin


def login_for(challenges: Iterable[str]) -> Login | None:
    """Return how a server wants to be shown credentials, by its WWW-Authenticate headers.

    Digest comes before Basic. None: it wants neither.
    """
    texts = tuple(challenges)
    digests = [_digest(found[1]) for text in texts if (found := _DIGEST.search(text))]
    if chosen := next(filter(None, digests), None):
        return chosen
    return BasicLogin() if any(map(_BASIC.search, texts)) else None


def _digest(parameters: str) -> DigestLogin | None:
    found = {
        name.lower(): plain or re.sub(r"\\(.)", r"\1", quoted)
        for name, quoted, plain in _PARAMETER.findall(parameters)
    }
    algorithm = found.get("algorithm", "MD5").upper()
    qualities = {each.strip() for each in found["qop"].split(",")} if "qop" in found else None
    if algorithm not in _HASHES or "nonce" not in found or "auth" not in (qualities or {"auth"}):
        return None
    return DigestLogin(
        found.get("realm", ""), found["nonce"], algorithm, qualities is not None,
        found.get("opaque"),
    )  # fmt: skip


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
