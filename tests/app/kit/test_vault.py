"""Sealing and keyed look-up."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from app.kit.vault import Vault

VAULT = Vault(bytes(range(32)))


@given(st.binary(max_size=100))
def test_what_was_sealed_is_opened(plain: bytes) -> None:
    sealed = VAULT.seal("photo", "c-1", plain)
    assert VAULT.open("photo", "c-1", sealed) == plain
    assert len(plain) < 4 or plain not in sealed
    assert sealed != VAULT.seal("photo", "c-1", plain)


@given(st.data())
def test_any_change_is_noticed(data: st.DataObject) -> None:
    sealed = VAULT.seal("photo", "c-1", b"a face")
    place = data.draw(st.integers(0, len(sealed) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = sealed[:place] + bytes([sealed[place] ^ (1 << bit)]) + sealed[place + 1 :]
    for purpose, owner, text in (
        ("photo", "c-1", changed),
        ("photo", "c-2", sealed),
        ("id-number", "c-1", sealed),
        ("photo", "c-1", sealed[:place]),
    ):
        with pytest.raises((InvalidTag, ValueError)):
            VAULT.open(purpose, owner, text)


def test_look_ups_are_keyed() -> None:
    assert VAULT.lookup("id-number", "1") == VAULT.lookup("id-number", "1")
    assert VAULT.lookup("id-number", "1") != VAULT.lookup("other", "1")
    assert VAULT.lookup("id-number", "1") != Vault(bytes(32)).lookup("id-number", "1")


def test_the_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    sealed = Vault.open_folder(tmp_path / "keys").seal("p", "o", b"x")
    assert Vault.open_folder(tmp_path / "keys").open("p", "o", sealed) == b"x"
    path = tmp_path / "keys" / "master.key"
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        Vault.open_folder(tmp_path / "keys")
