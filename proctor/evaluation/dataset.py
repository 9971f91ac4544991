"""A folder of labelled faces: `manifest.csv` (path,set,person_id,label,extra) and `pairs.csv`."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proctor.errors import DatasetInvalid

_MOST_ROWS = 1_000_000
_PICTURE_COLUMNS = ("path", "set", "person_id", "label", "extra")
_PAIR_COLUMNS = ("set", "kind", "same_person", "a", "b")
_FIELD_OF_GROUP = ("group", "country")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One picture; path relative to the folder; extra: `session=02;pos=01`, `east_asian` and the like.

    label: `live` for a person before the camera, `face` for a photo of whatever kind, `spoof...` for a
    presentation attack, whose rest names the species.
    """

    path: str
    group: str
    person: str
    label: str
    extra: str

    @property
    def _fields(self) -> dict[str, str]:
        return dict(part.split("=", 1) for part in self.extra.split(";") if "=" in part)

    @property
    def session(self) -> str:
        """The session the picture was taken in, empty where not stated."""
        return self._fields.get("session", "")

    @property
    def population(self) -> str:
        """The group of people the picture is labelled with, empty where it is not."""
        for name in _FIELD_OF_GROUP:
            if name in self._fields:
                return self._fields[name]
        return self.extra if self.extra.isidentifier() else ""

    @property
    def species(self) -> str | None:
        """The species of presentation attack instrument, None for a picture that is none."""
        if not self.label.startswith("spoof"):
            return None
        return self.label.removeprefix("spoof").lstrip("_") or "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two pictures, mated (one person) or not."""

    group: str
    kind: str
    mated: bool
    one: str
    other: str


def read_pictures(folder: Path) -> list[LabelledPicture]:
    """All rows of the manifest; raises DatasetInvalid."""
    pictures = [
        LabelledPicture(
            path=_inside(row["path"]),
            group=row["set"],
            person=row["person_id"],
            label=row["label"],
            extra=row["extra"] or "",
        )
        for row in _rows(folder / "manifest.csv", _PICTURE_COLUMNS)
    ]
    if not pictures:
        raise DatasetInvalid("manifest.csv names no picture")
    return pictures


def read_pairs(folder: Path) -> list[LabelledPair]:
    """All rows of the list of pairs; raises DatasetInvalid."""
    pairs = []
    for row in _rows(folder / "pairs.csv", _PAIR_COLUMNS):
        if row["same_person"] not in ("0", "1"):
            raise DatasetInvalid("pairs.csv: same_person is 1 or 0")
        pairs.append(
            LabelledPair(
                group=row["set"],
                kind=row["kind"],
                mated=row["same_person"] == "1",
                one=row["a"],
                other=row["b"],
            )
        )
    return pairs


def _rows(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                raise DatasetInvalid(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
            rows: list[dict[str, str]] = []
            for row in reader:
                if None in row.values() or len(rows) >= _MOST_ROWS:
                    raise DatasetInvalid(
                        f"{path.name}: row {reader.line_num} is short, or there are too many"
                    )
                rows.append(row)
            return rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetInvalid(f"{path} cannot be read") from error


def _inside(path: str) -> str:
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise DatasetInvalid("manifest.csv: a path leads out of the folder")
    return path
