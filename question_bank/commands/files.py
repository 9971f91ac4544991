"""Reading and writing the files that commands name."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.blueprint_files import MAX_BLUEPRINT_BYTES, parse_blueprint
from question_bank.canonical import MAX_DOCUMENT_BYTES, parse
from question_bank.errors import BlueprintInvalid, FormatRefused
from question_bank.media import MAX_PICTURE_BYTES, picture_of
from question_bank.messages import LANGUAGES, refusal_text
from question_bank.pool import POOL_FORMAT, Pool, pool_from_json, pool_of


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file, looked at in size first. Raises FormatRefused, OSError."""
    if path.stat().st_size > limit:
        raise FormatRefused("file.too_large", f"{path.name} is larger than {limit} bytes.")
    return path.read_bytes()


def read_bank(path: Path) -> Bank:
    """A bank in native JSON. Raises QuestionBankError, OSError."""
    return Bank.from_json(read_limited(path, MAX_DOCUMENT_BYTES))


def read_blueprint(path: Path) -> Blueprint:
    """The blueprint in a TOML or JSON file; says where it is wrong, in both languages, before it raises.

    Raises QuestionBankError, OSError.
    """
    try:
        return parse_blueprint(read_limited(path, MAX_BLUEPRINT_BYTES))
    except BlueprintInvalid as error:
        for language in LANGUAGES:
            print(f"{path.name}: {error.field}: {refusal_text(error, language)}", file=sys.stderr)
        raise


def read_pool_or_bank(path: Path) -> Pool:
    """The pool of a bank, or a pool by itself, as the document says. Raises QuestionBankError, OSError."""
    data = read_limited(path, MAX_DOCUMENT_BYTES)
    document = parse(data)
    if isinstance(document, dict) and document.get("format") == POOL_FORMAT:
        return pool_from_json(data)
    return pool_of(Bank.from_json(data))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def media_folder(bank_path: Path) -> Path:
    """Where the pictures of a bank lie: BANK.json has BANK.media beside it."""
    return bank_path.with_suffix(".media")


def write_media(bank: Bank, pictures: Mapping[str, bytes], folder: Path) -> None:
    """Keep the pictures that the bank lists, each under its digest."""
    if bank.media:
        folder.mkdir(parents=True, exist_ok=True)
    for picture in bank.media:
        path = folder / picture.file_name
        if not path.exists():
            write_whole(path, pictures[picture.digest])


def read_media(bank: Bank, folder: Path) -> dict[str, bytes]:
    """The pictures of a bank, each held against its digest. Raises FormatRefused, MediaRefused, OSError."""
    pictures = {}
    for listed in bank.media:
        data = read_limited(folder / listed.file_name, MAX_PICTURE_BYTES)
        if picture_of(data) != listed:
            raise FormatRefused("media.changed", f"{listed.file_name} is not the picture its name says.")
        pictures[listed.digest] = data
    return pictures
