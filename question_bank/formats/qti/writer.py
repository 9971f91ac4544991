"""A bank as a QTI content package that other systems read, and that comes back as the same bank.

The same bank always gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from question_bank.bank import Bank
from question_bank.errors import FormatRefused
from question_bank.formats.archives import put
from question_bank.formats.qti.contents import IMAGES, Contents
from question_bank.formats.qti.item_writer import ItemWriter, NotForQti, StimulusFile, qti_identifier
from question_bank.formats.qti.manifest_writer import Entry, item_metadata, manifest
from question_bank.formats.qti.manifests import MANIFEST
from question_bank.formats.qti.vocabulary import UNWRITABLE, VOCABULARIES, QtiVersion, Vocabulary
from question_bank.formats.reports import Loss, Written, clip
from question_bank.items import Item


def bank_to_qti(bank: Bank, pictures: Mapping[str, bytes], version: QtiVersion) -> Written:
    """The bank as a zip package: manifest, items, stimuli (QTI 3; inside of the items in 2.2), images.

    `pictures` holds the bytes of every picture that the bank lists, by SHA-256; else FormatRefused.
    """
    missing = [picture.digest for picture in bank.media if picture.digest not in pictures]
    if missing:
        raise FormatRefused("media.missing", f"The picture {missing[0]} of the bank is not there.")
    package = _Package(bank, VOCABULARIES[version])
    for item in bank.items:
        package.add(item)
    return Written(data=package.packed(pictures), losses=tuple(package.losses))


class _Package:
    def __init__(self, bank: Bank, vocabulary: Vocabulary) -> None:
        self.losses: list[Loss] = []
        self._bank = bank
        self._vocabulary = vocabulary
        self._files: dict[str, str] = {}
        self._entries: list[Entry] = []
        names = {picture.digest: picture.file_name for picture in bank.media}
        self._names = names
        self._writer = ItemWriter(vocabulary, Contents(names))
        self._stimuli = self._write_stimuli()

    def _write_stimuli(self) -> dict[str, StimulusFile]:
        if self._vocabulary.version is not QtiVersion.V3_0:
            return {item_set.id: StimulusFile(item_set=item_set) for item_set in self._bank.sets}
        found = {}
        for number, item_set in enumerate(self._bank.sets, start=1):
            path = f"stimuli/stimulus-{number:05}.xml"
            try:
                self._files[path] = self._writer.stimulus(item_set, qti_identifier(item_set.id))
            except NotForQti:
                # Its items carry the same text and are left out one by one.
                found[item_set.id] = StimulusFile(item_set=item_set)
                continue
            found[item_set.id] = StimulusFile(item_set=item_set, path=path)
            needs = tuple(_media_identifier(digest) for digest in sorted(item_set.media))
            identifier = f"stimulus-{number:05}"
            self._entries.append(Entry(identifier=identifier, kind="stimulus", path=path, needs=needs))
        return found

    def add(self, item: Item) -> None:
        """One item, or the loss of it."""
        stimulus = self._stimuli.get(item.item_set)
        metadata = item_metadata(item)
        try:
            if UNWRITABLE.search(metadata):
                raise NotForQti("qti.character_unwritable")
            document = self._writer.item(item, stimulus)
        except NotForQti as error:
            self.losses.append(
                Loss(item_id=item.id, field="item", code=error.code, value=clip(item.plain_stem))
            )
            return
        number = len(self._entries) + 1
        path = f"items/item-{number:05}.xml"
        needs = [_media_identifier(digest) for digest in sorted(item.media)]
        if stimulus is not None and stimulus.path:
            needs.append(stimulus.path.removeprefix("stimuli/").removesuffix(".xml"))
        self._files[path] = document
        self._entries.append(
            Entry(
                identifier=f"item-{number:05}",
                kind="item",
                path=path,
                metadata=metadata,
                needs=tuple(needs),
            )
        )

    def packed(self, pictures: Mapping[str, bytes]) -> bytes:
        """The archive."""
        self.losses += self._writer.losses
        media = [
            Entry(identifier=_media_identifier(digest), kind="webcontent", path=IMAGES + name)
            for digest, name in sorted(self._names.items())
        ]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            text = manifest(self._vocabulary, self._bank.name, [*self._entries, *media])
            put(archive, MANIFEST, text.encode())
            for path, document in self._files.items():
                put(archive, path, document.encode())
            for digest, name in sorted(self._names.items()):
                put(archive, IMAGES + name, pictures[digest], packed=False)
        return stream.getvalue()


def _media_identifier(digest: str) -> str:
    return "image-" + digest
