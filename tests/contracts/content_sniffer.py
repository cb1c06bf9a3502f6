"""What every adapter of ContentSniffer must do."""

import gzip
import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest

from core.storage import ports


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _archive(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


HEADER = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0))
PNG = HEADER + _chunk(b"IDAT", zlib.compress(bytes(5))) + _chunk(b"IEND")
APNG = HEADER + _chunk(b"acTL", bytes(8)) + _chunk(b"IDAT", zlib.compress(bytes(5)))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

SHOWN = {
    "image/png": [PNG, PNG[:40], APNG],
    "image/jpeg": [b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(100)],
    "image/gif": [b"GIF89a" + bytes(20), b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)"],
    "image/webp": [b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30)],
    "image/avif": [b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(20)],
    "image/bmp": [b"BM" + bytes(60)],
    "application/pdf": [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"],
    "application/zip": [_archive("notes.txt"), _archive("notes.txt")[:35]],
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": [
        _archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
    ],
    "application/gzip": [gzip.compress(b"hello")],
    "application/x-7z-compressed": [b"7z\xbc\xaf\x27\x1c" + bytes(30)],
    "application/ogg": [b"OggS\x00\x02" + bytes(60)],
    "application/x-msdownload": [b"MZ\x90\x00" + bytes(60)],
    "audio/mpeg": [b"ID3\x04\x00" + bytes(40)],
    "video/mp4": [b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(20)],
    "video/webm": [b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm" + bytes(20)],
    "font/woff2": [b"wOF2\x00\x01\x00\x00" + bytes(40)],
    "image/svg+xml": [
        SVG,
        SVG.upper(),
        b'<?xml version="1.0"?>\n<!-- nothing -->' + SVG,
        b"\xef\xbb\xbf \n" + SVG,
        '<svg xmlns="x">'.encode("utf-16"),
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">' + SVG,
        b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
    ],
    "text/html": [
        b"<!DOCTYPE html><p>",
        b"\n\t <HTML lang=en>",
        b"<script>alert(1)</script>",
        b"<!-- a comment --> hello",
        b"<iframe src=//evil.example>",
        b"<h1\n>",
        b"<!--ftypisom--><script>alert(1)</script>",
        b"<!DOCTYPE html><svg>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>',
    ],
    "application/xml": [b'<?xml version="1.0"?><feed/>'],
    None: [
        b"",
        b"a",
        b"hello, world",
        b"a < b",
        b"{}",
        b"#!/bin/sh\n",
        bytes(4096),
        b"function svg() { return '<svg>' }",
        b"\xff",
        b"RIFF",
        b"<",
        b"<!",
        b"<?",
        b"< svg>",
    ],
}


class ContentSnifferContract:
    @pytest.mark.parametrize(
        ("kind", "head"),
        [
            pytest.param(kind, head, id=f"{kind}-{at}")
            for kind, heads in SHOWN.items()
            for at, head in enumerate(heads)
        ],
    )
    def test_the_first_bytes_show_what_a_file_is(
        self, sniffer: ports.ContentSniffer, kind: str | None, head: bytes
    ) -> None:
        assert sniffer.detect(head) == kind

    def test_no_beginning_of_a_file_is_too_short(self, sniffer: ports.ContentSniffer) -> None:
        for heads in SHOWN.values():
            for head in heads:
                for length in range(min(len(head), 300)):
                    sniffer.detect(head[:length])
