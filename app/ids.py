"""Identifiers: random, unguessable, sortable by birth; and the secrets that people carry."""

import hashlib
import secrets
import time
from typing import NewType

SittingId = NewType("SittingId", str)
AdministrationId = NewType("AdministrationId", str)
CandidateId = NewType("CandidateId", str)
StaffId = NewType("StaffId", str)
SeatId = NewType("SeatId", str)
FlagId = NewType("FlagId", str)
IncidentId = NewType("IncidentId", str)

# No 0/O, 1/I/L, U/V: read from paper and typed by anybody. 28 signs, 4.8 bits each.
_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTWXYZ"[:28]
CODE_LENGTH = (
    17  # 17 x 4.81 = 81 bits, so that plain SHA-256 keeps it (realtime facts: no argon2 at the bell)
)


def new_id() -> str:
    """32 lower-case hex digits: 48 bits of milliseconds, 80 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def new_token() -> str:
    """A session token: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def new_entry_code() -> str:
    """A one-time entry code of at least 80 bits, printed in groups: XXXXX-XXXX-XXXX-XXXX."""
    signs = "".join(secrets.choice(_CODE_SIGNS) for _ in range(CODE_LENGTH))
    return f"{signs[:5]}-{signs[5:9]}-{signs[9:13]}-{signs[13:]}"


def normal_entry_code(text: str) -> str:
    """The code as compared: upper case, without spaces and dashes of any width."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def secret_digest(secret: str) -> str:
    """What is stored of a high-entropy secret: lower-case hex SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()
