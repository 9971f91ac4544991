"""Model packs: from a folder, checked, atomic, instant when there; never a wrong file, never a network."""

import gzip
import hashlib
import io
import tarfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from proctor import __main__ as command
from proctor.engines import load_engine
from proctor.errors import ModelPackMissing, ModelPackRefused, UnknownEngine
from proctor.models import packs as packing
from proctor.models import registry
from proctor.models.exports import EXPORTS
from proctor.models.registry import ModelFile, ModelPack, find_pack

CONTENT = {"one.onnx": b"first weights", "two.onnx": b"second weights"}
PACK = ModelPack(
    name="small",
    source="npm",
    package="some-package",
    version="1.2.3",
    licence="none",
    provenance="made up",
    files=tuple(
        ModelFile(
            name=name,
            member=f"package/model/{name}",
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            input="1x1",
        )
        for name, content in CONTENT.items()
    ),
)


@pytest.fixture(autouse=True)
def small_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small pack, and no way to reach a package manager."""

    def no_network(*_: object) -> Path:
        raise AssertionError("nothing may be fetched here")

    known = {"small": PACK, "fr": registry.packs()["fr"]}
    monkeypatch.setattr(packing, "packs", lambda: known)
    monkeypatch.setattr(registry, "packs", lambda: known)
    monkeypatch.setattr(packing, "_fetch", no_network)


def archive(folder: Path, members: dict[str, bytes], *, link: str | None = None) -> None:
    with tarfile.open(folder / "some-package-1.2.3.tgz", "w:gz") as package:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
        if link is not None:
            member = tarfile.TarInfo(link)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            package.addfile(member)


def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def test_from_a_folder_with_the_files(tmp_path: Path) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    for name, content in CONTENT.items():
        (origin / name).write_bytes(content)
    new = packing.install("small", data, origin)
    assert sorted(path.name for path in new) == ["one.onnx", "two.onnx"]
    assert {path.name: path.read_bytes() for path in (data / "models").iterdir()} == CONTENT
    assert packing.install("small", data) == ()
    assert sorted(find_pack("small", data)) == ["one.onnx", "two.onnx"]


def test_from_a_folder_with_the_archive_only_listed_files_are_taken(tmp_path: Path) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    archive(origin, {"package/../../outside": b"x", "/absolute": b"x", **members(), "package/more": b"x"})
    packing.install("small", data, origin)
    assert {path.name: path.read_bytes() for path in (data / "models").iterdir()} == CONTENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "source"]


@pytest.mark.parametrize("wrong", [b"first weighty", b"first weights and more", b""])
def test_a_wrong_file_is_refused_and_nothing_changes(tmp_path: Path, wrong: bytes) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    (origin / "one.onnx").write_bytes(wrong)
    (origin / "two.onnx").write_bytes(CONTENT["two.onnx"])
    with pytest.raises(ModelPackRefused):
        packing.install("small", data, origin)
    assert list((data / "models").iterdir()) == []


def test_a_wrong_file_in_the_archive_is_refused(tmp_path: Path) -> None:
    origin = source(tmp_path)
    archive(origin, {"package/model/one.onnx": b"first weighty", "package/model/two.onnx": b"second weights"})
    with pytest.raises(ModelPackRefused, match="SHA-256"):
        packing.install("small", tmp_path / "data", origin)


def test_a_link_in_the_archive_is_refused(tmp_path: Path) -> None:
    origin = source(tmp_path)
    archive(origin, {"package/model/two.onnx": CONTENT["two.onnx"]}, link="package/model/one.onnx")
    with pytest.raises(ModelPackRefused, match="plain file"):
        packing.install("small", tmp_path / "data", origin)


@pytest.mark.parametrize("content", [b"no archive", gzip.compress(b"no tar either", mtime=0), b""])
def test_a_broken_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    origin = source(tmp_path)
    (origin / "some-package-1.2.3.tgz").write_bytes(content)
    with pytest.raises(ModelPackRefused):
        packing.install("small", tmp_path / "data", origin)


WHEEL = replace(PACK, source="pypi", package="some_package")


def members() -> dict[str, bytes]:
    return {f"package/model/{name}": content for name, content in CONTENT.items()}


def wheel(folder: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(
        folder / "some_package-1.2.3-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED
    ) as package:
        for name, content in members.items():
            package.writestr(name, content)


def test_a_pack_comes_out_of_a_wheel_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packing, "packs", lambda: {"small": WHEEL})
    wheel(tmp_path, {"package/code.py": b"raise SystemExit", **members()})
    new = packing.install("small", tmp_path / "data", tmp_path)
    assert {path.name: path.read_bytes() for path in new} == CONTENT
    assert packing.install("small", tmp_path / "data", tmp_path) == ()


@pytest.mark.parametrize("changed", [b"other weights", b"longer than what the registry says", None])
def test_a_wheel_with_other_weights_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: bytes | None
) -> None:
    monkeypatch.setattr(packing, "packs", lambda: {"small": WHEEL})
    content = members()
    if changed is None:
        del content["package/model/one.onnx"]
    else:
        content["package/model/one.onnx"] = changed
    wheel(tmp_path, content)
    with pytest.raises(ModelPackRefused):
        packing.install("small", tmp_path / "data", tmp_path)
    assert not list((tmp_path / "data" / "models").glob("*.onnx"))


def test_a_folder_without_anything_and_an_unknown_pack_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelPackRefused, match="neither"):
        packing.install("small", tmp_path / "data", source(tmp_path))
    with pytest.raises(ModelPackRefused, match="no model pack"):
        packing.install("large", tmp_path / "data")


LOUD = ModelFile(
    name="loud.onnx",
    member="package/model/quiet.tflite",
    sha256=hashlib.sha256(b"QUIET WEIGHTS").hexdigest(),
    bytes=13,
    input="1x1",
    export="loud",
    member_sha256=hashlib.sha256(b"quiet weights").hexdigest(),
    member_bytes=13,
)


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> str:
    """A pack with one file that is made of the package's on installing."""
    known = {"loud": replace(PACK, name="loud", files=(LOUD,))}
    monkeypatch.setattr(packing, "packs", lambda: known)
    monkeypatch.setattr(registry, "packs", lambda: known)
    monkeypatch.setitem(EXPORTS, "loud", bytes.upper)
    return "loud"


@pytest.mark.parametrize("form", ["member", "archive", "finished"])
def test_a_file_of_another_format_is_exported(tmp_path: Path, exported: str, form: str) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    if form == "archive":
        archive(origin, {LOUD.member: b"quiet weights"})
    else:
        (origin / (LOUD.fetched.name if form == "member" else LOUD.name)).write_bytes(
            b"quiet weights" if form == "member" else b"QUIET WEIGHTS"
        )
    packing.install(exported, data, origin)
    assert {path.name: path.read_bytes() for path in (data / "models").iterdir()} == {
        "loud.onnx": b"QUIET WEIGHTS"
    }
    assert packing.install(exported, data) == ()


def test_an_export_of_an_altered_file_or_to_another_result_is_refused(
    tmp_path: Path, exported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    (origin / "quiet.tflite").write_bytes(b"quiet weighty")
    with pytest.raises(ModelPackRefused, match=r"quiet\.tflite"):
        packing.install(exported, data, origin)
    (origin / "quiet.tflite").write_bytes(b"quiet weights")
    monkeypatch.setitem(EXPORTS, "loud", bytes.title)
    with pytest.raises(ModelPackRefused, match=r"loud\.onnx"):
        packing.install(exported, data, origin)
    assert list((data / "models").iterdir()) == []


def test_a_python_package_that_is_not_there_is_named(
    tmp_path: Path, exported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = replace(PACK, source="python", files=(replace(LOUD, member="no_such_module/quiet.tflite"),))
    monkeypatch.setattr(packing, "packs", lambda: {exported: absent})
    with pytest.raises(ModelPackRefused, match=r"some-package==1\.2\.3 is not installed"):
        packing.install(exported, tmp_path / "data")


def test_every_pack_says_where_it_comes_from() -> None:
    for pack in registry.packs().values():
        assert pack.licence
        assert pack.provenance
        for file in pack.files:
            assert len(file.sha256) == 64
            assert (file.member_sha256 != "") == (file.export != "")


def test_an_altered_file_is_missing_and_mended(tmp_path: Path) -> None:
    origin, data = source(tmp_path), tmp_path / "data"
    for name, content in CONTENT.items():
        (origin / name).write_bytes(content)
    packing.install("small", data, origin)
    (data / "models" / "one.onnx").write_bytes(b"first weighty")
    with pytest.raises(ModelPackMissing, match=r"one\.onnx missing or altered"):
        find_pack("small", data)
    assert [path.name for path in packing.install("small", data, origin)] == ["one.onnx"]


def test_a_missing_pack_names_the_command_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(ModelPackMissing, match=f"python -m proctor models install --data {tmp_path}"):
        load_engine("fr", tmp_path)
    with pytest.raises(UnknownEngine):
        load_engine("other", tmp_path)


def test_one_altered_file_of_the_default_engine_is_named(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    try:
        files = find_pack("fr", data_dir) | find_pack("mobilefacenet", data_dir)
    except ModelPackMissing as error:
        pytest.skip(str(error))
    (tmp_path / "models").mkdir()
    for name, path in files.items():
        (tmp_path / "models" / name).symlink_to(path.resolve())
    (tmp_path / "models" / "mobilefacenet.onnx").unlink()
    whole = files["mobilefacenet.onnx"].read_bytes()
    (tmp_path / "models" / "mobilefacenet.onnx").write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    with pytest.raises(ModelPackMissing, match=r"mobilefacenet\.onnx missing.*run: python -m proctor models"):
        load_engine("fr", tmp_path)


def test_the_command_line_reports_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["models", "install", "--pack", "small", "--data", str(tmp_path), "--from", str(tmp_path)]
    assert command.main(arguments) == 1
    assert capsys.readouterr().err.startswith("model_pack_refused: ")


def test_an_installed_pack_is_checked_at_once(data_dir: Path) -> None:
    try:
        find_pack("fr", data_dir)
    except ModelPackMissing as error:
        pytest.skip(str(error))
    started = time.perf_counter()
    assert packing.install("fr", data_dir) == ()
    assert time.perf_counter() - started < 0.3


def test_the_data_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOCHANG_DATA", "/somewhere")
    assert registry.default_data_dir() == Path("/somewhere")
    monkeypatch.delenv("KAOCHANG_DATA")
    assert registry.default_data_dir() == Path("data")
