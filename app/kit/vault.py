"""Sealing of personal data at rest, under a master key that lives beside the database, never in it."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """AES-256-GCM sealing and keyed look-up hashes. Purposes have separate keys."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key has 32 bytes")
        self._master = master_key

    @classmethod
    def open_folder(cls, folder: Path) -> "Vault":
        """Load the key of `folder`, or make one that only the owner may read."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "master.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(handle, "wb") as file:
            key = secrets.token_bytes(32)
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return cls(key)

    def seal(self, purpose: str, owner: str, plain: bytes) -> bytes:
        """Nonce and ciphertext; only `open` with the same purpose and owner gives it back."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._key(purpose)).encrypt(nonce, plain, owner.encode())

    def open(self, purpose: str, owner: str, sealed: bytes) -> bytes:
        """The plain bytes. Raises cryptography's InvalidTag when anything was changed."""
        return AESGCM(self._key(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode())

    def lookup(self, purpose: str, value: str) -> str:
        """A keyed hash (hex) to find a value by. (A plain hash of an ID number is searched in hours.)"""
        return hmac.new(self._key(purpose), value.encode(), hashlib.sha256).hexdigest()

    def _key(self, purpose: str) -> bytes:
        return hmac.new(self._master, b"kaochang/" + purpose.encode(), hashlib.sha256).digest()
