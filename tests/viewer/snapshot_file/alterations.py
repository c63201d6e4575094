"""Ways of altering a snapshot file, each with what the refusal has to say. A seed gives the same alteration."""

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from tests.small_snapshot import manifest_of, members_of, sign, snapshot_parts
from tests.viewer.snapshot_file.tiny_pictures import chunk_of, png_of, webp_of
from viewer.snapshot_file.archive import archive_parts
from viewer.snapshot_file.members import place
from viewer.snapshot_file.signature import format_signature

Alteration = Callable[[Random], tuple[bytes, str]]


def whole() -> dict[str, bytes]:
    manifest, files = snapshot_parts()
    return members_of(files, replace(manifest, title="Sesame", author="Ada"))


def packed(members: Mapping[str, bytes]) -> bytes:
    return b"".join(archive_parts(members))


def zipped(entries: list[tuple[str, bytes, Mapping[str, int]]], data: bytes = b"") -> bytes:
    """Return a zip of entries with other fields of their headers, as zipfile writes it behind ``data``."""
    buffer = io.BytesIO(data)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "a") as archive:  # it warns of a name that occurs twice
        for name, content, fields in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = fields.get("mode", 0o100644) << 16
            entry.compress_type = fields.get("method", zipfile.ZIP_STORED)
            entry.create_system = 3
            archive.writestr(entry, content)
    return buffer.getvalue()


def plain(members: Mapping[str, bytes]) -> list[tuple[str, bytes, Mapping[str, int]]]:
    return [(name, members[name], {}) for name in sorted(members, key=place)]


def headers(data: bytes) -> dict[str, tuple[int, int]]:
    """Return where the local and the central header of each member of a whole snapshot begin."""
    found: dict[str, tuple[int, int]] = {}
    (at,) = struct.unpack_from("<L", data, len(data) - 6)
    while data[at : at + 4] == b"PK\x01\x02":
        (length,) = struct.unpack_from("<H", data, at + 28)
        (offset,) = struct.unpack_from("<L", data, at + 42)
        found[data[at + 46 : at + 46 + length].decode()] = (offset, at)
        at += 46 + length
    return found


def with_fields(random: Random, fields: Mapping[str, int]) -> tuple[str, bytes]:
    """Return the zip of a snapshot where one member has other fields, and the member's name."""
    entries = plain(whole())
    number = random.randrange(len(entries))
    name, content, _ = entries[number]
    entries[number] = (name, content, fields)
    return name, zipped(entries)


def remanifested(files: Mapping[str, bytes], key: int | None = None) -> bytes:
    """Return the file of someone who has changed files and described them anew."""
    return packed(members_of(files, manifest_of(files), key=key))


def changed_json(files: Mapping[str, bytes], name: str, **changes: object) -> dict[str, bytes]:
    return {**files, name: json.dumps({**json.loads(files[name]), **changes}).encode()}


def flipped_bit(random: Random) -> tuple[bytes, str]:
    data = bytearray(packed(whole()))
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data), "is refused: "


def flipped_bit_of_content(random: Random) -> tuple[bytes, str]:
    members = whole()
    name = random.choice([name for name in members if name.startswith(("models", "sprites", "mosaic"))])
    data = bytearray(packed(members))
    start = bytes(data).index(members[name])
    data[start + random.randrange(len(members[name]))] ^= 1 << random.randrange(8)
    return bytes(data), f"it is damaged: {name} has another CRC-32"


def changed_member(random: Random) -> tuple[bytes, str]:
    members = whole()
    name = random.choice([name for name in members if name not in ("manifest.json", "signature.json")])
    content = bytearray(members[name])
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return packed(members | {name: bytes(content)}), f"it was changed after it was written: {name} has another SHA-256"


def longer_member(random: Random) -> tuple[bytes, str]:
    members = whole()
    name = random.choice([name for name in members if name not in ("manifest.json", "signature.json")])
    return packed(members | {name: members[name] + b"\n"}), f"it was changed after it was written: {name} has"


def swapped_members(random: Random) -> tuple[bytes, str]:
    members = whole()
    one, other = random.sample([name for name in members if name.startswith("sprites/")], 2)
    swapped = {one: members[other], other: members[one]}
    return packed(members | swapped), r"it was changed after it was written: sprites/\d\.png has"


def other_manifest(random: Random) -> tuple[bytes, str]:
    manifest, files = snapshot_parts()
    text = members_of(files, replace(manifest, title=f"Mine {random.random()}"), key=None)["manifest.json"]
    return packed(whole() | {"manifest.json": text}), "its signature does not fit: manifest.json was changed"


def manifest_of_another(random: Random) -> tuple[bytes, str]:
    members = whole()
    manifest, files = snapshot_parts("another token")
    text = members_of(files, replace(manifest, step=random.randrange(1000)), key=2)
    return packed(members | {name: text[name] for name in ("manifest.json", "signature.json")}), "changed after it was written"


def other_key(random: Random) -> tuple[bytes, str]:
    members = whole()
    signature = json.loads(members["signature.json"])
    signature["public_key"] = sign(b"", random.randrange(2, 200)).public_key
    text = json.dumps(signature, sort_keys=True, separators=(",", ":")).encode()
    return packed(members | {"signature.json": text}), "its signature does not fit: .* or the key was replaced"


def signature_of_another(random: Random) -> tuple[bytes, str]:
    members = whole()
    text = format_signature(sign(random.randbytes(40)))
    return packed(members | {"signature.json": text}), "its signature does not fit"


def malformed_signature(random: Random) -> tuple[bytes, str]:
    text, sentence = random.choice(
        [
            (b"{}", "signature.json: the document lacks the key"),
            (b"[]", "signature.json is .*, not an object"),
            (b'{"algorithm":"RSA","public_key":"00","signature":"00"}', "signature.json: algorithm is 'RSA'"),
            (b'{"algorithm": "Ed25519"}', "signature.json is not canonical JSON"),
            (b"\xff", "signature.json is not valid JSON"),
        ]
    )
    return packed(whole() | {"signature.json": text}), sentence


def other_json(random: Random) -> tuple[bytes, str]:
    members = whole()
    document = json.loads(members["manifest.json"])
    text, sentence = random.choice(
        [
            (json.dumps(document).encode(), "manifest.json is not canonical JSON"),
            (members["manifest.json"] + b"\n", "manifest.json is not canonical JSON"),
            (_canonical({**document, "more": 1}), "manifest.json: the document has the unknown key 'more'"),
            (_canonical({**document, "format": 2}), "manifest.json has format 2; this version reads format 1"),
            (_canonical({**document, "title": "a\x1b[2Jb"}), "manifest.json: title is "),
            (_canonical({**document, "title": "a\u202eb"}), "manifest.json: title is "),
            (_canonical({**document, "title": "x" * 201}), "manifest.json: title is "),
            (_canonical({**document, "author": "e\u0301"}), "manifest.json: author is not in the form NFC"),
            (_canonical({**document, "step": 1.5}), "manifest.json: step is 1.5, not an integer"),
            (_canonical({**document, "files": {**document["files"], "a.html": {}}}), "manifest.json: files"),
            (b"[" * 10**5, "manifest.json is not valid JSON"),
            (b'{"format":1,"format":1}', "manifest.json is not valid JSON"),
        ]
    )
    del members["signature.json"]
    return packed(members | {"manifest.json": text}), sentence


def other_parts(random: Random) -> tuple[bytes, str]:
    """Change a part and describe it anew: nobody's key has signed that, but the parts disagree."""
    _, files = snapshot_parts()
    _, others = snapshot_parts("another token")
    altered, sentence = random.choice(
        [
            (files | {"token.json": others["token.json"]}, "token.json belongs to another snapshot: its hash is 'another token'"),
            (changed_json(files, "token.json", sprites=[]), "token.json belongs to another snapshot: it names other sprites"),
            (
                changed_json(files, "models/manifest.json", step=7),
                "models/manifest.json belongs to another snapshot: its step is 7",
            ),
            (files | {"metadata.json": b"7"}, "metadata.json is 7, not an object"),
            (files | {"token.json": b'{"a":' * 10**5}, "token.json is not valid JSON"),
        ]
    )
    return remanifested(altered), sentence


def other_pictures(random: Random) -> tuple[bytes, str]:
    _, files = snapshot_parts()
    sprite = files["sprites/3.png"]
    text = chunk_of(b"tEXt", b"Comment\0<script>")
    altered, sentence = random.choice(
        [
            ({"sprites/3.png": sprite[:33] + text + sprite[33:]}, "sprites/3.png has a chunk that its format here does not have"),
            ({"sprites/3.png": sprite + b"PK\x05\x06"}, "sprites/3.png has 4 bytes behind its end"),
            ({"sprites/3.png": sprite[:-1]}, "sprites/3.png has a chunk .* or is cut off"),
            ({"sprites/3.png": b"GIF89a"}, "sprites/3.png is not a PNG"),
            ({"sprites/3.png": sprite[:44] + bytes([sprite[44] ^ 1]) + sprite[45:]}, "sprites/3.png has a damaged chunk PLTE"),
            ({"mosaic.png": sprite}, "mosaic.png is 32x32; 64 dreams are 64x64"),
            ({"mosaic.png": png_of(1 << 16, 1 << 16)}, "mosaic.png is 65536x65536; 64 dreams are 64x64"),
            ({"sprites/3.png": png_of(1, 1 << 16)}, "sprites/3.png is larger than 1024 pixels a side"),
            ({"history.webp": b"RIFF\x04\0\0\0WEBP"}, "history.webp is not an animated WebP"),
            ({"history.webp": webp_of(b"EXIF")}, "history.webp has a chunk that a film here does not have"),
            ({"history.webp": webp_of(b"ANMF") + b"<html>"}, "history.webp has 44 bytes where its header says 38"),
            ({"sprites/3.png": sprite[:33] + chunk_of(b"IDAT", b"") * 2000}, "sprites/3.png has more than 1024 chunks"),
            ({"history.webp": webp_of(b"ANMF" + bytes(4) + b"ANMF\0\0\0\0" * 5000)}, "history.webp has more than 4096 chunks"),
            ({"history.webp": webp_of(b"ANMF", 1 << 14)}, "history.webp is 16384x1; at most 4096 a side"),
        ]
    )
    return remanifested({**files, **altered}), sentence


def extra_member(random: Random) -> tuple[bytes, str]:
    name = random.choice(
        ["index.html", "manifest.JSON", "models/more.onnx", "sprites/01.png", "a", "models/", ".", "sprites/0.png\0"]
    )
    entries = [*plain(whole()), (name, b"x", {})]
    # zipfile ends a name at a zero byte.
    return zipped(
        entries
    ), "names the member sprites/0.png twice" if "\0" in name else "has a member that does not belong to a snapshot"


def member_outside(random: Random) -> tuple[bytes, str]:
    name = random.choice(["../a.png", "/etc/passwd", "sprites/../../a", "C:\\a", "..\\a", "models/../../b.onnx"])
    entries = plain(whole())
    entries.insert(random.randrange(len(entries)), (name, b"x", {}))
    return zipped(entries), "its member .* would lie outside"


def missing_member(random: Random) -> tuple[bytes, str]:
    members = whole()
    name = random.choice([name for name in members if name != "signature.json"])
    del members[name]
    lacks = f"it lacks {name}" if not name.startswith("sprites/") else f"manifest.json lists {name}, which is missing"
    return zipped([(name, content, {}) for name, content, _ in plain(members)]), lacks


def duplicate_member(random: Random) -> tuple[bytes, str]:
    entries = plain(whole())
    name, content, fields = random.choice(entries)
    return zipped([*entries, (name, content, fields)]), f"it names the member {name} twice"


def other_order(random: Random) -> tuple[bytes, str]:
    entries = plain(whole())
    number = random.randrange(1, len(entries))
    entries[number - 1 : number + 1] = reversed(entries[number - 1 : number + 1])
    return zipped(entries), "its members are in another order"


def compressed_member(random: Random) -> tuple[bytes, str]:
    name, data = with_fields(random, {"method": random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))})
    return data, f"{name} is compressed"


def bomb(random: Random) -> tuple[bytes, str]:
    entries = plain(whole())
    number = random.randrange(len(entries))
    name = entries[number][0]
    entries[number] = (name, bytes(1 << 20), {"method": zipfile.ZIP_DEFLATED})
    return zipped(entries), f"{name} is compressed"


def special_member(random: Random) -> tuple[bytes, str]:
    mode, kind = random.choice(
        [(0o120777, "a symbolic link"), (0o010644, "a pipe"), (0o040755, "a folder"), (0o020644, "a device")]
    )
    name, data = with_fields(random, {"mode": mode})
    return data, f"{name} is {kind}"


def other_mode(random: Random) -> tuple[bytes, str]:
    name, data = with_fields(random, {"mode": random.choice((0o100755, 0o104755, 0o100666))})
    return data, f"the entry of {name} in its directory is not as the format has it"


def encrypted_member(random: Random) -> tuple[bytes, str]:
    members = whole()
    data = bytearray(packed(members))
    name = random.choice(sorted(members))
    _, entry = headers(bytes(data))[name]
    data[entry + 8] |= 1
    return bytes(data), f"{name} is encrypted"


def other_field(random: Random) -> tuple[bytes, str]:
    """Change a field of a central header that no other sentence is about."""
    members = whole()
    data = bytearray(packed(members))
    name = random.choice(sorted(members))
    _, entry = headers(bytes(data))[name]
    data[entry + random.choice((4, 5, 6, 9, 12, 13, 14, 15, 34, 36, 38))] ^= 1 << random.randrange(1, 8)
    return bytes(data), f"the entry of {name} in its directory is not as the format has it"


def other_local_header(random: Random) -> tuple[bytes, str]:
    members = whole()
    data = bytearray(packed(members))
    name = random.choice(sorted(members))
    header, _ = headers(bytes(data))[name]
    data[header + random.randrange(30 + len(name))] ^= 1 << random.randrange(8)
    return bytes(data), f"the header before {name} differs from its entry in the directory"


def many_members(random: Random) -> tuple[bytes, str]:
    count = random.choice((513, 100_000))
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *(0,) * 6, *(0,) * 3, 1, 0, 0, 0, 0, 0, 0) + b"a"
    stated = min(count, 0xFFFF)
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, stated, stated, len(directory), 0, 0)
    return directory + end, "it lists 65,535 or more members" if stated == 0xFFFF else "it lists 513 members; at most 512 are read"


def bytes_before(random: Random) -> tuple[bytes, str]:
    data = random.choice([b"#!/bin/sh\n", b"<html><script>", b"%PDF-1.7\n", b"\x7fELF"])
    if random.random() < 0.5:
        return data + packed(whole()), f"it has {len(data)} bytes before its first member"
    return zipped(plain(whole()), data), f"it has {len(data)} bytes before manifest.json"


def bytes_behind(random: Random) -> tuple[bytes, str]:
    count = random.choice((1, 7, 40_000, 70_000))
    sentence = f"it has {count} bytes behind its end" if count < 65536 else "it was cut off: a zip ends with its directory"
    return packed(whole()) + b"x" * count, sentence


def bytes_between(random: Random) -> tuple[bytes, str]:
    data = packed(whole())
    end = len(data) - 22
    (start,) = struct.unpack_from("<L", data, end + 16)
    hidden = random.randbytes(random.randint(1, 99))
    moved = data[:start] + hidden + data[start : end + 16] + struct.pack("<LH", start + len(hidden), 0)
    return moved, f"it has {len(hidden)} bytes between models/manifest.json and its directory"


def comment(random: Random) -> tuple[bytes, str]:
    data = packed(whole())
    text = b"y" * random.randint(1, 0xFFFF)
    return data[:-2] + struct.pack("<H", len(text)) + text, f"it has a comment of {len(text)} bytes"


def cut_off(random: Random) -> tuple[bytes, str]:
    data = packed(whole())
    return data[: random.randrange(5, len(data) - 22)], "it was cut off"


def no_zip(random: Random) -> tuple[bytes, str]:
    return random.choice([b"", b"x", b"PK", bytes(1 << 20), b"\x89PNG\r\n\x1a\n"]), "it is no snapshot file: it is not a zip"


def overlap(random: Random) -> tuple[bytes, str]:
    members = whole()
    data = bytearray(packed(members))
    name = random.choice([name for name in members if name != "manifest.json"])
    _, entry = headers(bytes(data))[name]
    struct.pack_into("<L", data, entry + 42, 0)
    return bytes(data), f"{name} begins inside of "


def too_long(random: Random) -> tuple[bytes, str]:
    data = bytearray(packed(whole()))
    _, entry = headers(bytes(data))["metadata.json"]
    struct.pack_into("<2L", data, entry + 20, *[1 << random.randint(17, 31)] * 2)
    return bytes(data), "metadata.json has .* bytes; at most 65,536 are read"


def _canonical(document: object) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


ALTERATIONS: dict[str, Alteration] = {
    each.__name__: each
    for each in (
        *(flipped_bit, flipped_bit_of_content, changed_member, longer_member, swapped_members),
        *(other_manifest, manifest_of_another, other_key, signature_of_another, malformed_signature, other_json, other_parts),
        *(other_pictures, extra_member, member_outside, missing_member, duplicate_member, other_order, compressed_member, bomb),
        *(special_member, other_mode, encrypted_member, other_field, other_local_header, many_members, bytes_before, bytes_behind),
        *(bytes_between, comment, cut_off, no_zip, overlap, too_long),
    )
}
