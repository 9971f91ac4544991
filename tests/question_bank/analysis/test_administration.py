"""The whole analysis on whatever a file can hold: figures or None, never a failure."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.analysis.administration import Step, analyse
from question_bank.analysis.documents import analysis_document
from question_bank.analysis.report import report_html
from question_bank.canonical import canonical_bytes
from question_bank.psychometrics.reading import read_key, read_observations

LETTERS = np.array(["A", "B", "", "-"])


@given(
    st.integers(1, 45),
    st.integers(1, 12),
    st.sampled_from([(0.7, 0.2, 0.05, 0.05), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0.3, 0.3, 0.2, 0.2)]),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=25, deadline=None)
def test_any_administration_can_be_analysed(
    candidates: int, items: int, shares: tuple[float, ...], timed: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    table = LETTERS[random.choice(4, (candidates, items), p=shares)]
    table[0, 0] = "A"
    header = ",".join(["id", *[f"i{j}" for j in range(items)]])
    rows = [",".join([f"c{place}", *row]) for place, row in enumerate(table.tolist())]
    key = "item,key\n" + "".join(f"i{j},A\n" for j in range(items))
    clock = [f"c{place}," + ",".join(["4.5"] * items) for place in range(candidates)]
    times = "\n".join([header, *clock]).encode() if timed else None
    observations = read_observations("\n".join([header, *rows]).encode(), read_key(key.encode()), times)
    analysis = analyse(observations, cut_share=0.6)
    document = json.loads(canonical_bytes(analysis_document(analysis)))
    assert len(document["candidates"]) == len(observations.candidates)
    assert "nan" not in json.dumps(document)
    page = report_html(analysis, "r.csv", "en").decode()
    # HTML's void elements aside, the page is well-formed; the style holds no mark that would matter.
    body = page[page.index("<body>") : page.index("</html>")]
    assert fromstring(body).tag == "body"
    assert "nan" not in body.lower().replace("finance", "")


def test_progress_is_told() -> None:
    random = np.random.default_rng(1)
    rows = "\n".join(
        f"c{k}," + ",".join(map(str, row)) for k, row in enumerate(random.integers(0, 2, (60, 8)))
    )
    told: list[tuple[Step, int, int]] = []
    analyse(
        read_observations(f"id,{','.join(f'i{j}' for j in range(8))}\n{rows}".encode()),
        on_progress=lambda step, done, total: told.append((step, done, total)),
    )
    assert {step for step, _, _ in told} == set(Step)
    assert told[-1] == (Step.SIMILARITY, 60, 60)
