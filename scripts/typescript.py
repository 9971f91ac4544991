"""Check the types of the page scripts with TypeScript, fetched once into build/.

The package is pinned by version and by the registry's own SHA-512 of its archive; only its compiler is
unpacked and no script of it is run. Runs on the environment's Python and its library only.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
VERSION = "5.9.3"
INTEGRITY = "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw=="
HOME = ROOT / "build" / f"typescript-{VERSION}"
PROJECT = ROOT / "app" / "web" / "tsconfig.json"
FETCH_SECONDS = 600
ABSENT = f"TypeScript {VERSION} could not be fetched: with a reachable npm registry run `make typescript`."


def main():
    """Check the pages; with `--install` only fetch the compiler."""
    if not HOME.is_dir():
        install()
    if sys.argv[1:] != ["--install"]:
        sys.exit(subprocess.run([BIN / "node", HOME / "lib" / "tsc.js", "--project", PROJECT]).returncode)


def install():
    """Fetch, check and unpack. Whatever goes wrong ends in one sentence with nothing left behind."""
    HOME.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME.parent, prefix=".typescript-") as work:
        archive = fetched(Path(work))
        digest = hashlib.sha512(archive.read_bytes()).digest()
        if f"sha512-{base64.b64encode(digest).decode()}" != INTEGRITY:
            sys.exit(
                f"The archive of TypeScript {VERSION} is not the one that is pinned; nothing was installed."
            )
        unpack(archive, Path(work) / "package")
        (Path(work) / "package").rename(HOME)


def fetched(folder):
    """The package's archive, downloaded by npm: the one on the PATH, else the environment's own."""
    npm = shutil.which("npm") or BIN / "npm"
    command = [npm, "pack", f"typescript@{VERSION}", "--ignore-scripts", "--pack-destination", folder]
    try:
        done = subprocess.run(command, capture_output=True, cwd=folder, timeout=FETCH_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        sys.exit(ABSENT)
    archive = folder / f"typescript-{VERSION}.tgz"
    if done.returncode or not archive.is_file():
        sys.exit(ABSENT)
    return archive


def unpack(archive, folder):
    """The compiler and the declarations of JavaScript and the browser, by their plain names."""
    (folder / "lib").mkdir(parents=True)
    with tarfile.open(archive) as package:
        for member in package:
            name = Path(member.name).name
            wanted = name in ("tsc.js", "_tsc.js") or (name.startswith("lib.") and name.endswith(".d.ts"))
            if member.isreg() and wanted and member.name == f"package/lib/{name}":
                with package.extractfile(member) as content, (folder / "lib" / name).open("wb") as target:
                    shutil.copyfileobj(content, target)


if __name__ == "__main__":
    main()
