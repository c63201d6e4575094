"""The page of an artwork as one HTML text: the page of ``viewer`` with its styles and scripts, and data that scripts unpack."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import viewer
from mint.browser.bundle.engine_script import STATIC
from mint.browser.bundle.web_runtime import compress
from mint.module_joiner import join_modules

PAGE: Final = Path(viewer.__file__).with_name("static")
_STYLE: Final = re.compile(r' *<link rel="stylesheet" href="([^"]+)" />\n')
_SCRIPT: Final = re.compile(r' *<script type="module" src="main\.js"></script>\n')


@dataclass(frozen=True)
class Part:
    """Bytes inside the page: a gzip stream, and the SHA-256 of what it holds."""

    compressed: bytes
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "Part":
        """Compress some bytes."""
        return cls(compress(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, kw_only=True)
class ArtworkPage:
    """What a page is made of.

    ``parts`` are unpacked by its scripts, the engine's script among them as ``code``; ``documents`` are JSON values by name.
    ``replaced`` names modules of the page that others take the place of, and ``modules`` has the source of modules that are no
    files. ``cover`` is the address of a picture, relative to the page.
    """

    title: str
    description: str
    parts: Mapping[str, Part]
    documents: Mapping[str, object] = field(default_factory=dict)
    replaced: Mapping[Path, Path] = field(default_factory=dict)
    modules: Mapping[Path, str] = field(default_factory=dict)
    cover: str = ""

    def html(self, scripts: tuple[str, ...]) -> str:
        """Return the page; equal parts give an equal text. ``scripts`` are addresses, relative to it, of scripts that run first."""
        text = (PAGE / "index.html").read_text(encoding="utf-8")
        text = _STYLE.sub(lambda match: f"<style>\n{(PAGE / match[1]).read_text(encoding='utf-8')}</style>\n", text)
        text = text.replace("<title>Pixelmint</title>", self._head(scripts), 1)
        text = _SCRIPT.sub("", text, count=1)
        # The script shows the sprites before the browser has read the parts, which are large.
        script = f"<script>\n{self._script()}</script>\n"
        return text.replace("  </body>", f"{self._documents()}{script}{self._parts()}  </body>", 1)

    def _head(self, scripts: tuple[str, ...]) -> str:
        title, description = html.escape(self.title), html.escape(self.description)
        lines = [f"<title>{title}</title>", f'<meta name="description" content="{description}" />']
        if self.cover:
            lines += [f'<meta property="{name}" content="{html.escape(self.cover)}" />' for name in ("cover-image", "og:image")]
        lines += [f'<script src="{html.escape(source)}"></script>' for source in scripts]
        return "\n    ".join(lines)

    def _documents(self) -> str:
        return "".join(
            f'<script type="application/json" data-part="{name}">{_in_element(json.dumps(value, ensure_ascii=False))}</script>\n'
            for name, value in self.documents.items()
        )

    def _parts(self) -> str:
        return "".join(
            f'<script type="application/octet-stream" data-part="{name}" data-sha256="{part.sha256}">'
            f"{base64.b64encode(part.compressed).decode()}</script>\n"
            for name, part in self.parts.items()
        )

    def _script(self) -> str:
        replaced = {PAGE / "connection.js": STATIC / "connection.js", **self.replaced}
        joined = join_modules(PAGE / "main.js", replaced=replaced, texts=self.modules)
        return _in_element(f'"use strict";\n(() => {{\n{joined.script}}})();\n')


def _in_element(text: str) -> str:
    r"""Return JavaScript or JSON in which nothing ends the script element: in a string, ``<`` may be written as ``\u003c``."""
    return re.sub(r"<(?=/script|script|!--)", r"\\u003c", text, flags=re.IGNORECASE)
