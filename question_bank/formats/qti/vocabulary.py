"""The two versions of QTI that are written, and XML as text in their spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_ATTRIBUTE_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
# XML 1.0, production 2: all else that it forbids cannot be in an item.
UNWRITABLE = re.compile("[\ufffe\uffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class QtiVersion(StrEnum):
    """A version of QTI that packages are written in."""

    V3_0 = "3.0"
    V2_2 = "2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names of one version. `templates` is the folder of the standard response processing."""

    version: QtiVersion
    namespace: str
    manifest_namespace: str
    templates: str
    template_ending: str
    resource_ending: str
    schema: str
    schema_version: str

    def tag(self, name: str, attributes: Mapping[str, str] | None = None, content: str = "") -> str:
        """An element of QTI by its name with hyphens; `content` is XML."""
        if self.version is QtiVersion.V3_0:
            return element(f"qti-{name}", attributes, content)
        spelled = {_camel(attribute): value for attribute, value in (attributes or {}).items()}
        return element(_camel(name), spelled, content)


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(other.capitalize() for other in others)


def element(name: str, attributes: Mapping[str, str] | None = None, content: str = "") -> str:
    """An element written as it stands; `content` is XML."""
    written = "".join(
        f' {attribute}="{value.translate(_ATTRIBUTE_ESCAPES)}"'
        for attribute, value in (attributes or {}).items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def escaped(text: str) -> str:
    """Character data."""
    return text.translate(_TEXT_ESCAPES)


VOCABULARIES: Mapping[QtiVersion, Vocabulary] = {
    QtiVersion.V3_0: Vocabulary(
        version=QtiVersion.V3_0,
        namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        manifest_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        template_ending=".xml",
        resource_ending="xmlv3p0",
        schema="QTI Package",
        schema_version="3.0.0",
    ),
    QtiVersion.V2_2: Vocabulary(
        version=QtiVersion.V2_2,
        namespace="http://www.imsglobal.org/xsd/imsqti_v2p2",
        manifest_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
        templates="http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
        template_ending="",
        resource_ending="xmlv2p2",
        schema="QTIv2.2 Package",
        schema_version="1.0.0",
    ),
}
