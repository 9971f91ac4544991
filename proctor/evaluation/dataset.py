"""A folder of labelled faces: `manifest.csv` (path,set,person_id,label,extra) and `pairs.csv`."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One picture; path relative to the folder; extra: `session=02;pos=01` and the like."""

    path: str
    group: str
    person: str
    label: str
    extra: str

    @property
    def session(self) -> str:
        """The session the picture was taken in, empty where not stated."""
        fields = dict(part.split("=", 1) for part in self.extra.split(";") if "=" in part)
        return fields.get("session", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two pictures, mated (one person) or not."""

    group: str
    kind: str
    mated: bool
    one: str
    other: str


def read_pictures(folder: Path) -> list[LabelledPicture]:
    """All rows of the manifest."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [
            LabelledPicture(
                path=row["path"],
                group=row["set"],
                person=row["person_id"],
                label=row["label"],
                extra=row["extra"] or "",
            )
            for row in csv.DictReader(file)
        ]


def read_pairs(folder: Path) -> list[LabelledPair]:
    """All rows of the list of pairs."""
    with (folder / "pairs.csv").open(newline="", encoding="utf-8") as file:
        return [
            LabelledPair(
                group=row["set"],
                kind=row["kind"],
                mated=row["same_person"] == "1",
                one=row["a"],
                other=row["b"],
            )
            for row in csv.DictReader(file)
        ]
