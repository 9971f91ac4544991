"""Content packages: the files of a zip archive, found through its manifest or, without one, by looking."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.errors import FormatRefused
from question_bank.formats.archives import part_bytes, paths
from question_bank.formats.qti.manifests import MANIFEST, Metadata, Resource, read_manifest
from question_bank.formats.safe_xml import MAX_XML_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One XML file to be read. `listed`: the manifest names it, as what `resource` says."""

    path: str
    resource: Resource
    listed: bool


class Package:
    """The files of an archive that is open. Raises FormatRefused for one that no honest packager makes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.damage: tuple[str, FormatRefused] | None = None
        self._archive = archive
        self._parts = paths(archive)
        self._manifest = min(
            (path for path in self._parts if posixpath.basename(path).lower() == MANIFEST),
            key=lambda path: (path.count("/"), path),
            default="",
        )

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a file, None when there is none. Raises FormatRefused."""
        part = self._parts.get(path)
        if part is None:
            return None
        return part_bytes(self._archive, part, limit)

    def entries(self) -> Iterator[Entry]:
        """Items, stimuli and whatever else a manifest gives a type of its own, then XML files it forgot.

        With a manifest that cannot be read (`damage` says why), all XML files.
        """
        resources = self._resources()
        known = {self._manifest}
        for resource in resources:
            fresh = not resource.path or resource.path not in known
            known.add(resource.path)
            if fresh and (resource.is_item or resource.is_stimulus or resource.is_foreign):
                yield Entry(path=resource.path, resource=resource, listed=True)
        unlisted = Resource(type="", path="", metadata=Metadata())
        for path in self._parts:
            if path not in known and path.lower().endswith(".xml"):
                yield Entry(path=path, resource=unlisted, listed=not resources)

    def _resources(self) -> list[Resource]:
        if not self._manifest:
            return []
        try:
            data = self.read(self._manifest, MAX_XML_BYTES) or b""
            return list(read_manifest(data, posixpath.dirname(self._manifest)))
        except FormatRefused as error:
            self.damage = (self._manifest, error)
            return []
