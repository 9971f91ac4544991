"""Set up .venv from requirements.lock, with progress. Runs on the machine's own Python and its library only.

Every prerequisite that is missing ends in one plain sentence and exit status 1.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".locked"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)


def main():
    """Make the environment, unless the lock was installed already."""
    if STAMP.exists() and STAMP.read_text() == LOCK.read_text():
        return
    if sys.version_info < OLDEST:
        sys.exit("Python 3.11 or newer is needed: install it, or name it with PYTHON=...")
    try:
        import ensurepip
        import venv
    except ImportError:
        sys.exit("The Python module venv is needed: install it (Debian: apt install python3-venv).")
    assert ensurepip
    if not (VENV / "bin" / "python").exists():
        say("Creating the virtual environment...")
        venv.create(VENV, with_pip=True, symlinks=True)
    install_lock()
    quietly("The project could not be installed into .venv.", "--no-deps", "--no-index",
            "--no-build-isolation", "--editable", str(ROOT))  # fmt: skip
    STAMP.write_text(LOCK.read_text())


def install_lock():
    """Install the pinned wheels and count them while they come."""
    total = sum(1 for line in LOCK.read_text().splitlines() if "==" in line and not line.startswith(" "))
    command = pip(
        "--no-deps", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "off", "-r", str(LOCK)
    )
    told = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        count = 0
        for line in process.stdout:
            told.append(line)
            if line.startswith("Collecting "):
                count += 1
                say(
                    f"\rFetching package {count} of at most {total}: {line.split()[1].split('=')[0]:<40}",
                    end="",
                )
            elif line.startswith("Installing collected"):
                say("\nUnpacking (about half a minute)...")
    if process.returncode:
        say("".join(told[-5:]))
        sys.exit("The packages could not be installed: the package registry has to be reachable.")


def quietly(sentence, *arguments):
    """Run pip; its output is shown only when it fails."""
    done = subprocess.run(pip(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        say(done.stdout[-2000:])
        sys.exit(sentence)


def pip(*arguments):
    """The environment's own pip."""
    return [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", *arguments]


def say(text, end="\n"):
    """Print at once."""
    print(text, end=end, flush=True)


if __name__ == "__main__":
    main()
