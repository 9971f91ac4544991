"""A real licensure examination: 1,636 candidates, 170 items, options, seconds (LNIRT, CredentialForm1)."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from question_bank.psychometrics.arrays import Flags, Floats, Integers
from question_bank.psychometrics.observations import OMITTED, Observations, scored_matrix
from tests.shared_data import SHARED_DATA

FOLDER = SHARED_DATA / "itempools" / "LNIRT_credential"
ITEMS = 170


@dataclass(frozen=True, slots=True)
class Credential:
    """`flagged`: whom the testing company named for other reasons than these data."""

    observations: Observations
    flagged: Flags


@lru_cache
def credential() -> Credential:
    """All candidates with answers and times."""
    with (FOLDER / "CredentialForm1.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    def block(name: str) -> Floats:
        return np.array([[float(row[f"{name}.{j + 1}"] or "nan") for j in range(ITEMS)] for row in rows])

    right, chosen, seconds = block("iraw"), block("iresp"), block("idur")
    keys = [Counter(chosen[right[:, j] == 1, j].tolist()).most_common(1)[0][0] for j in range(ITEMS)]
    answers: Integers = np.where(np.isnan(chosen), OMITTED + 1, chosen).astype(np.int64) - 1
    observations = replace(
        scored_matrix(right),
        candidates=tuple(row["EID"] for row in rows),
        answer=answers.reshape(-1),
        options=(("1", "2", "3", "4"),) * ITEMS,
        keys=tuple(int(key) - 1 for key in keys),
        seconds=seconds.reshape(-1),
    )
    return Credential(observations, np.array([float(row["Flagged"]) > 0 for row in rows]))
