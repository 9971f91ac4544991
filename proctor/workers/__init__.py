"""Vision workers: one process, one thread, one socket each."""

from proctor.workers.spawn import Worker, spawn_worker

__all__ = ["Worker", "spawn_worker"]
