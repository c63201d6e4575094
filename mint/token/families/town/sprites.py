"""Small pictures drawn by hand, as text: one letter a pixel, one letter a thing.

w s wall lit, shaded    r R roof lit, shaded    g G stone lit, shaded    o window pane
l d leaf lit, shaded    b bloom    t trunk      m M meadow, its shade    f what lies on the meadow
a A sand lit, shaded    c C cloud lit, shaded   e E body, its shade      u star    n neon    y lamp    k ink    p paper    . nothing
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.token.raster import Pixels

Sprite = NDArray[np.uint8]

# Which field of Paint a letter takes; walls, roofs and leaves are set by the stage.
LETTERS: Final[Mapping[str, str]] = {
    "t": "trunk",
    "b": "bloom",
    "n": "neon",
    "y": "lamp",
    "k": "ink",
    "p": "paper",
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
NOTHING: Final = ord(".")


def sprite(text: str) -> Sprite:
    """Return the letters of a picture as (H, W) uint8; rows are divided by white space."""
    rows = text.split()
    width = max(len(row) for row in rows)
    return np.array([list(row.ljust(width, ".").encode()) for row in rows], np.uint8)


def place(pixels: Pixels, shape: Sprite, x: int, y: int, ink: Pixels) -> None:
    """Draw a sprite with its top left corner at (x, y), which may be outside; ink gives a letter's index."""
    height, width = pixels.shape
    top, left = max(-y, 0), max(-x, 0)
    part = shape[top : max(height - y, 0), left : max(width - x, 0)]
    if part.size:
        view = pixels[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]]
        np.copyto(view, ink[part], where=part != NOTHING)


def sprites(*texts: str) -> Sequence[Sprite]:
    """Return several pictures."""
    return tuple(sprite(text) for text in texts)


CLOUDS = sprites(
    "...ccc..... .ccccccc.c. ccccccccccc CCcccccCCCC .CCCCCCCCC.",
    "....cc...... ..cccccccc.. ccccccccccccc .CCCCCCCCCC.",
    "..ccc.. .ccccc. cccccccc CCCCCCCC",
    "...cccc......... .ccccccc..ccc... cccccccccccccc.. CCccccccCCcccccc ..CCCCCCCCCCCC..",
)

MOON_CRATERS = sprite("....... ..EE... ..EE..E .....E. .E..... ....E..")
COMET = sprite(
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
SAUCER = sprite("...eee... ..eeeee.. EEEEEEEEE EyEEyEEyE ..EEE..")
WHALE = sprite(
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

BROADLEAF = sprites(
    "..lll.. .lllld. llllldd lllbddd .lldddd ..dtd.. ...t... ...t...",
    ".ll.. llld. lllbd lbddd .tdd. ..t.. ..t..",
    ".lll. lllld .ldd. ..t.. ..t..",
)
BARE = sprites(
    "t..t..t .t.t.t. ..tt..t t..t.t. .ttttt. ...t... ...t... ...t...",
    "t.t.t .tt.. ..tt. t.t.. .tt.. ..t.. ..t..",
    "t.t.t .ttt. ..t.. ..t.. ..t..",
)
CONIFER = sprites(
    "...l... ..lld.. ..lbd.. .llldd. ..lldd. .lllddd lbllddd ...t...",
    "..l.. .lld. .lbd. llldd ..t..",
)
PALM = sprites(
    ".ll..ll.. l.lbll.ll l.llbl..l .l.tb.l.. ...t..... ...t..... ....t.... ....t....",
    ".ll.ll. l.bll.l l..tb.l ...t... ...t... ..t....",
)
CACTUS = sprites("..l... ..ld.l l.ldld l.ldd. .lld.. ..ld.. ..ld..", ".b. .l. lld ..d")
CORAL = sprites("l...d.l .l.ld.l .lbld.d ..llld. ...ld.. ...ld..", ".l.d. l.lbd .lld. ..l..")

SAIL_SHIP = sprite(
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
BOAT = sprite("..t... ..tp.. ..tpp. ..tppp ..t... rrrrrR .rrRR.")
STEAMER = sprite(
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
CAT = sprite("k.k. kkk. .kkk .kkk")
BIRD = sprite("k.k .k.")
BALLOON = sprite(".nnn. nnpnn nnpnn .npn. ..k.. ..t..")
SHEEP = sprite(".ppp kppp .k.k")
CAMEL = sprite("k..a... kk.aaa. .kaaaaa ..aaaaa ..a...a ..a...a")
SNOWMAN = sprite(".kk. .pp. .py. pppp pppp")
STORK = sprite("..pp. ..pnn ppp.. kpp.. .n...")
LAMP_POST = sprite(".y. yyy .k. .k. .k.")
PERSON = sprite(".n nn nn kk")
ROCKET = sprite("...n... ...p... ..ppg.. ..pgg.. ..pkg.. ..ppg.. ..ppg.. .nppgn. nnppgnn n..y..n")
FISH = sprite("n.nn. nnnkn n.nn.")
SUBMARINE = sprite("...yy.... ...yy.... .yyyyyyy. yykykyyyk .yyyyyyy.")
AIRSHIP = sprite("..nnnnnnn... npnpnpnpnpnn nnnnnnnnnnn. ..nnnnnnn.nn ....kyk.....")
DISH = sprite("p...g pp.g. .ppp. ..gpp .gg..")
WINDMILL_SAILS = sprites(
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
TORII = sprite("r.......r rrrrrrrrr ..r...r.. .rrrrrrr. ..r...r.. ..r...r.. ..r...r..")
CRANE = sprite(
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
WALKER = sprite(
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
