"""The face of a key: symmetrical, the same for ever, and another for another key."""

import hashlib
import re

from rich.console import Console

from viewer.snapshot_file.identicon import SIDE, draw_face
from viewer.terminal_face import print_face

KEYS = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(2000)]


def test_faces_are_symmetrical_and_have_colours() -> None:
    for key in KEYS[:200]:
        face = draw_face(key)
        assert len(face) == SIDE
        for row in face:
            assert len(row) == SIDE
            assert row == row[::-1]
            assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in row)
        assert len({color for row in face for color in row}) >= 4


def test_a_key_has_one_face_for_ever() -> None:
    """A page draws the same faces; a change of one is a change of all."""
    faces = repr([draw_face(key) for key in KEYS[:50]])
    assert hashlib.sha256(faces.encode()).hexdigest() == "d790c4e7ab93a6a8a8ac7847183615a9a11c5aeec457d8cccc2bb850f21bcefa"


def test_other_keys_have_other_faces() -> None:
    assert len({draw_face(key) for key in KEYS}) == len(KEYS)


def test_a_terminal_shows_two_pixels_in_a_character() -> None:
    console = Console(force_terminal=True, color_system="truecolor", width=40, legacy_windows=False)
    with console.capture() as capture:
        print_face(console, KEYS[0])
    lines = capture.get().splitlines()
    face = draw_face(KEYS[0])
    assert len(lines) == SIDE // 2
    for number, line in enumerate(lines):
        assert line.count("▀") == SIDE
        red, green, blue = bytes.fromhex(face[2 * number][0][1:])
        assert f"38;2;{red};{green};{blue}" in line


def test_what_is_no_terminal_of_256_colours_shows_no_face() -> None:
    consoles = (
        Console(force_terminal=False, color_system="truecolor"),
        Console(force_terminal=True, color_system="truecolor", no_color=True),
        Console(force_terminal=True, color_system="standard"),
    )
    for console in consoles:
        with console.capture() as capture:
            print_face(console, KEYS[0])
        assert capture.get() == ""
