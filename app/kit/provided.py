"""How endpoints get their services: by type, from what `app.main` put together at start-up."""

from typing import Any, TypeVar

from fastapi import Depends
from starlette.requests import HTTPConnection

T = TypeVar("T")


class Provided:
    """The services of one application, by type."""

    def __init__(self) -> None:
        self._things: dict[type, object] = {}

    def add(self, *things: object) -> None:
        """Register services under their own types."""
        for thing in things:
            self._things[type(thing)] = thing

    def get(self, kind: type[T]) -> T:
        """The service of this type. Raises KeyError."""
        thing = self._things[kind]
        assert isinstance(thing, kind)
        return thing


def provided(kind: type[T]) -> Any:
    """A FastAPI dependency that gives the service of this type."""

    # async although it waits for nothing: FastAPI sends plain functions through its thread pool.
    async def find(connection: HTTPConnection) -> T:
        registry: Provided = connection.app.state.provided
        return registry.get(kind)

    return Depends(find)
