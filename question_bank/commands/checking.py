"""`validate`, `stats` and `diff`: what is in banks, and what changed."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from question_bank.canonical import JsonValue, canonical_bytes
from question_bank.commands.files import read_bank, read_blueprint
from question_bank.comparison import compare_banks
from question_bank.duplicates import find_duplicates
from question_bank.messages import message_text
from question_bank.pool import pool_of
from question_bank.supply import supply_of


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the three commands."""
    validating = commands.add_parser("validate", help="check a bank, and whether it fills a blueprint")
    validating.add_argument("bank", type=Path, metavar="BANK.json")
    validating.add_argument("--blueprint", type=Path, metavar="BLUEPRINT.toml|json")
    validating.set_defaults(run=run_validate)
    counting = commands.add_parser("stats", help="count a bank's items")
    counting.add_argument("bank", type=Path, metavar="BANK.json")
    counting.add_argument("--json", action="store_true", help="print JSON")
    counting.set_defaults(run=run_stats)
    comparing = commands.add_parser("diff", help="what changed from one bank to another")
    comparing.add_argument("old", type=Path, metavar="OLD.json")
    comparing.add_argument("new", type=Path, metavar="NEW.json")
    comparing.add_argument("--json", action="store_true", help="print JSON")
    comparing.set_defaults(run=run_diff)


def run_validate(parsed: argparse.Namespace) -> int:
    """0 when the bank is sound, holds nothing twice and fills the blueprint; else 1."""
    bank = read_bank(parsed.bank)
    print(f"{bank.name}: {len(bank.items)} items, {bank.digest}")
    duplicates = find_duplicates(bank.items)
    for duplicate in duplicates:
        print(f"{duplicate.kind.value}: {', '.join(duplicate.item_ids)}")
    if parsed.blueprint is None:
        return int(bool(duplicates))
    # The other commands run without a solver, so it is imported where it is needed.
    from question_bank.publishing.explanation import obstacles

    found = obstacles(supply_of(pool_of(bank), read_blueprint(parsed.blueprint)))
    for obstacle in found:
        print(f"{obstacle.code}: {message_text(obstacle.code, 'en', **obstacle.params)}")
    return int(bool(duplicates) or bool(found))


def run_stats(parsed: argparse.Namespace) -> int:
    """Counts by type, topic, difficulty and so on."""
    bank = read_bank(parsed.bank)
    counts: dict[str, Counter[str]] = {
        "type": Counter(item.type.value for item in bank.items),
        "topic": Counter(item.topic for item in bank.items),
        "difficulty": Counter(item.difficulty.value if item.difficulty else "" for item in bank.items),
        "language": Counter(item.language for item in bank.items),
        "must_know": Counter("yes" if item.must_know else "no" for item in bank.items),
        "item_set": Counter(item.item_set for item in bank.items if item.item_set),
        "enemy_set": Counter(item.enemy_set for item in bank.items if item.enemy_set),
    }
    if parsed.json:
        tables: dict[str, JsonValue] = {name: dict(table) for name, table in counts.items()}
        totals: dict[str, JsonValue] = {"items": len(bank.items), "media": len(bank.media)}
        print(canonical_bytes(tables | totals).decode())
        return 0
    print(f"{bank.name}: {len(bank.items)} items, {len(bank.media)} pictures")
    for name, table in counts.items():
        for value, count in sorted(table.items(), key=lambda pair: (-pair[1], pair[0])):
            print(f"{name}\t{value or '-'}\t{count}")
    return 0


def run_diff(parsed: argparse.Namespace) -> int:
    """0 when both hold the same items, else 1."""
    change = compare_banks(read_bank(parsed.old), read_bank(parsed.new))
    if parsed.json:
        print(canonical_bytes(change.document()).decode())
        return int(not change.empty)
    for item_id in change.added:
        print(f"+ {item_id}")
    for item_id in change.removed:
        print(f"- {item_id}")
    for changed in change.changed:
        print(f"~ {changed.item_id}: {', '.join(changed.fields)}")
    return int(not change.empty)
