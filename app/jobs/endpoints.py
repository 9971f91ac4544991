"""How the service is doing, for whoever runs it."""

import time
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter

from app.frames.analysis import Analyst
from app.frames.workers import WorkerPool
from app.jobs.lag import LoopLag
from app.kit.provided import provided

router = APIRouter()


@router.get("/api/metrics")
async def metrics(
    lag: Annotated[LoopLag, provided(LoopLag)],
    analyst: Annotated[Analyst, provided(Analyst)],
    pool: Annotated[WorkerPool, provided(WorkerPool)],
) -> dict[str, object]:
    """Lateness of the event loop since the last call, frames since the start, processor seconds."""
    return {
        "loop_lag": asdict(lag.take()),
        "frames": dict(analyst.counts),
        "stretch": round(analyst.stretch, 2),
        "workers_ready": pool.ready.is_set(),
        "workers_replaced": pool.replaced,
        "processor_s": round(time.process_time(), 2),
    }
