"""`python -m question_bank`: import and export banks, look at them, deal a recorded form again,
check and audit blueprints, analyse responses.

Exit status: 0 everything is in order, 1 something is not (items rejected or lost, a form that differs), 2 a
file cannot be read or used at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from question_bank.commands import (
    analysing,
    assembling,
    auditing,
    blueprints,
    checking,
    exporting,
    forms,
    importing,
    pools,
)
from question_bank.errors import QuestionBankError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m question_bank", description=__doc__)
    commands = parser.add_subparsers(required=True)
    importing.add_command(commands)
    exporting.add_command(commands)
    checking.add_commands(commands)
    assembling.add_command(commands)
    forms.add_command(commands)
    blueprints.add_command(commands)
    auditing.add_command(commands)
    pools.add_command(commands)
    analysing.add_command(commands)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (QuestionBankError, OSError) as error:
        code = error.code if isinstance(error, QuestionBankError) else "file.unreadable"
        print(f"{code}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
