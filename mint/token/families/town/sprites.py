"""Hand-drawn sprites as text: each pixel is one letter, each letter one element of a town.

w s wall lit, shaded    r R roof lit, shaded    g G stone lit, shaded    o window pane
l d leaf lit, shaded    b bloom    t trunk      m M meadow, its shade    f spots on the meadow
a A sand lit, shaded    c C cloud lit, shaded   e E body, its shade      u star    n neon    y lamp    k dark detail
p light detail          . transparent
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.token.raster import Pixels

LetterSprite = NDArray[np.uint8]

# The field of TownColors for each letter; TownCanvas sets walls and roofs, season.py leaves and meadows.
LETTER_COLORS: Final[Mapping[str, str]] = {
    "t": "trunk",
    "b": "bloom",
    "n": "neon",
    "y": "lamp",
    "k": "dark_detail",
    "p": "light_detail",
    "c": "cloud",
    "C": "cloud_shade",
    "e": "body",
    "E": "body_shade",
    "u": "star",
    "g": "stone",
    "G": "stone_shade",
    "a": "sand",
    "A": "sand_shade",
}
TRANSPARENT_LETTER: Final = ord(".")


def letter_sprite(text: str) -> LetterSprite:
    """Return the letters of a sprite as (H, W) uint8; rows are separated by white space."""
    rows = text.split()
    width = max(len(row) for row in rows)
    return np.array([list(row.ljust(width, ".").encode()) for row in rows], np.uint8)


def draw_letters(pixels: Pixels, shape: LetterSprite, x: int, y: int, letter_colors: Pixels) -> None:
    """Draw a sprite with its top left corner at (x, y), which may be outside; letter_colors maps letters to indices."""
    height, width = pixels.shape
    top, left = max(-y, 0), max(-x, 0)
    part = shape[top : max(height - y, 0), left : max(width - x, 0)]
    if part.size:
        view = pixels[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]]
        np.copyto(view, letter_colors[part], where=part != TRANSPARENT_LETTER)


def letter_sprites(*texts: str) -> Sequence[LetterSprite]:
    """Return several sprites."""
    return tuple(letter_sprite(text) for text in texts)


CLOUDS = letter_sprites(
    "...ccc..... .ccccccc.c. ccccccccccc CCcccccCCCC .CCCCCCCCC.",
    "....cc...... ..cccccccc.. ccccccccccccc .CCCCCCCCCC.",
    "..ccc.. .ccccc. cccccccc CCCCCCCC",
    "...cccc......... .ccccccc..ccc... cccccccccccccc.. CCccccccCCcccccc ..CCCCCCCCCCCC..",
)

MOON_CRATERS = letter_sprite("....... ..EE... ..EE..E .....E. .E..... ....E..")
COMET = letter_sprite(
    """
    ........uu..
    ......uue...
    ....uuee....
    .eeuuee.u...
    eeeeee.u....
    eeeee.......
    eeeee.......
    .eee........
    """
)
SAUCER = letter_sprite("...eee... ..eeeee.. EEEEEEEEE EyEEyEEyE ..EEE..")
WHALE = letter_sprite(
    """
    .........u........
    ..........u...u.u.
    ..uuuuuuuu....uuu.
    .uuuuuuuuuuu...u..
    uuukuuuuuuuuuuuu..
    uuuuuuuuuuuuuuu...
    EEEEEuuuuuuuu.....
    .EEEEEEuuuu.......
    ....EE.uu.........
    ........uu........
    """
)

BROADLEAF = letter_sprites(
    "..lll.. .lllld. llllldd lllbddd .lldddd ..dtd.. ...t... ...t...",
    ".ll.. llld. lllbd lbddd .tdd. ..t.. ..t..",
    ".lll. lllld .ldd. ..t.. ..t..",
)
BARE = letter_sprites(
    "t..t..t .t.t.t. ..tt..t t..t.t. .ttttt. ...t... ...t... ...t...",
    "t.t.t .tt.. ..tt. t.t.. .tt.. ..t.. ..t..",
    "t.t.t .ttt. ..t.. ..t.. ..t..",
)
CONIFER = letter_sprites(
    "...l... ..lld.. ..lbd.. .llldd. ..lldd. .lllddd lbllddd ...t...",
    "..l.. .lld. .lbd. llldd ..t..",
)
PALM = letter_sprites(
    ".ll..ll.. l.lbll.ll l.llbl..l .l.tb.l.. ...t..... ...t..... ....t.... ....t....",
    ".ll.ll. l.bll.l l..tb.l ...t... ...t... ..t....",
)
CACTUS = letter_sprites("..l... ..ld.l l.ldld l.ldd. .lld.. ..ld.. ..ld..", ".b. .l. lld ..d")
CORAL = letter_sprites("l...d.l .l.ld.l .lbld.d ..llld. ...ld.. ...ld..", ".l.d. l.lbd .lld. ..l..")

SAIL_SHIP = letter_sprite(
    """
    .....t.....n..
    .....tp....t..
    .....tpp..pt..
    ..p..tppp.pt..
    .pp..tppp.ptp.
    .....tpppp.tp.
    ppp..t...p.t..
    .....t.....t..
    rrrrrrrrrrrrrr
    .rkrrkrrkrrRR.
    ..RRRRRRRRRR..
    """
)
BOAT = letter_sprite("..t... ..tp.. ..tpp. ..tppp ..t... rrrrrR .rrRR.")
STEAMER = letter_sprite(
    """
    .....nn.....
    .....kk.....
    ..ppppppp...
    ..pkpkpkp.k.
    rrrrrrrrrrrr
    .rrrrrrrrrR.
    ..RRRRRRRR..
    """
)
CAT = letter_sprite("k.k. kkk. .kkk .kkk")
BIRD = letter_sprite("k.k .k.")
BALLOON = letter_sprite(".nnn. nnpnn nnpnn .npn. ..k.. ..t..")
SHEEP = letter_sprite(".ppp kppp .k.k")
CAMEL = letter_sprite("k..a... kk.aaa. .kaaaaa ..aaaaa ..a...a ..a...a")
SNOWMAN = letter_sprite(".kk. .pp. .py. pppp pppp")
STORK = letter_sprite("..pp. ..pnn ppp.. kpp.. .n...")
LAMP_POST = letter_sprite(".y. yyy .k. .k. .k.")
PERSON = letter_sprite(".n nn nn kk")
ROCKET = letter_sprite("...n... ...p... ..ppg.. ..pgg.. ..pkg.. ..ppg.. ..ppg.. .nppgn. nnppgnn n..y..n")
FISH = letter_sprite("n.nn. nnnkn n.nn.")
SUBMARINE = letter_sprite("...yy.... ...yy.... .yyyyyyy. yykykyyyk .yyyyyyy.")
AIRSHIP = letter_sprite("..nnnnnnn... npnpnpnpnpnn nnnnnnnnnnn. ..nnnnnnn.nn ....kyk.....")
DISH = letter_sprite("p...g pp.g. .ppp. ..gpp .gg..")
WINDMILL_SAILS = letter_sprites(
    """
    .....pp...
    .....tp...
    pp...tp...
    tttp.t....
    pp.ttt....
    ....ttt.pp
    ....t.pttt
    ...pt...pp
    ...pt.....
    ...pp.....
    """,
    """
    pp.....pt
    ppp...ptp
    .ppt.tpp.
    ..tt.tp..
    ....t....
    ..pt.tt..
    .ppt.tpp.
    ptp...ppp
    tp.....pp
    """,
)
TORII = letter_sprite("r.......r rrrrrrrrr ..r...r.. .rrrrrrr. ..r...r.. ..r...r.. ..r...r..")
CRANE = letter_sprite(
    """
    .......t......
    ......ttt.....
    tttttttttttttt
    .t...t.t...kk.
    .k...ttt......
    .....t.t......
    .....ttt......
    .....t.t......
    .....ttt......
    .....t.t......
    .....ttt......
    .....t.t......
    ....ttttt.....
    """
)
WALKER = letter_sprite(
    """
    .......n.....gG.......
    .......k.....gG.......
    ......rrR....gG..rr...
    .....rrrRR.rrrR.rrrR..
    ....rrrrRRRrrrRRrrrRR.
    .....wowsrrrrRRR.wos..
    .....wwwswwwwsss.wws..
    ...ggwowswowowosgwosG.
    ..ggggggggwwwwssggggGG
    .gggggggggwowowsgggGGG
    ggkggggGgggggggggggGGG
    gykgggGGgggGGGgggGGGGG
    gggggGGgggggGGGggGGGG.
    kpkpggGGGGgGGGGGGGGG..
    gggggGGGGGGGGGGGGGG...
    ..gGG..gGG..gGG..gGG..
    ..gG...gG....gG...gG..
    .gG...gG.....gG...gG..
    kkkk.kkkk..kkkk.kkkk..
    """
)
