"""Palettes of sixteen colours: times of day, seasons, places and moods.

Shadows tend towards blue and purple, lights towards yellow; each palette has one warm lamp colour and one accent that stands out
against its dark colours.

The columns are the roles: void dusk shade stone chalk light, sky_high sky_low, leaf_dark leaf, water_dark water, brick clay,
lamp neon.
"""

from mint.token.palettes.table import read_palettes

LANDSCAPES = read_palettes("""
    18 evening port
    120e1f 251c3b 4a3f5c 8a8298 cfc5c2 fff6df 4b6cb7 f2a67e 1f4b43 5a9b5b 16345e 4fa3c7 8c3b3f d9a066 ffd45c ff4f79
    18 first light
    1c1630 37294f 5f4a73 9a8299 e0c9c4 fff4e6 8fa8d8 ffc7b0 2f4a4e 6e9a78 364c82 7fb8cf 8c4a5c d4977c ffe08a ff7096
    18 desert noon
    2a1526 47243f 74405a b0786a ecc99b fff5d8 2f9fc0 9fdccb 3f5b3a 8aa84a 1f5a7a 5cc7c4 a5432f dd8a4b ffd166 ff5a3c
    16 golden hour
    21101c 40202e 6e3b3c a5704f e6bd84 fff3cf b58a9c ffbf69 3d3a20 8a8a35 4b3b66 8fa3b5 8a3526 cf8748 ffe680 ff5e3a
    16 savanna dusk
    1a0c14 371422 602436 8f5a52 d9a878 fff0c8 c2435a ff9a4a 3a2a1c 8a7a30 4a2458 b87098 7c2a24 c87a3c ffd75a ff5a7a
    18 snow blue hour
    0d1026 1c2348 364274 6a7aa6 b3c3dd f3f7ff 4a63b0 b79ccb 1d3a4a 3f7280 1c3a78 86b4e0 5a3557 a87a8e ffd98a ff7e6b
    18 moonrise
    0a0d1c 141d38 333a5c 566a8c 9fb2c4 f2f0dc 3a66a0 7fa0c8 14342f 3c7a5c 0e2c66 4a96b8 4f2f48 94707c ffdf8c ff9256
    14 aurora
    070b1e 121a3e 352f58 5f6a94 a9bcd0 effff4 1f7f8c 5fe0a0 0f3b3e 2f9a78 16297a 4fb0d8 5a2f6e b07cc0 f4f08a e85ad0
    18 thunderhead
    12141c 252a38 3f4858 857e7c b4b8b4 f4f2dc 5a728e b9bd8c 26402f 5f7f45 1f3a4f 6fa0a8 6b3d3a ab7f5a ffe56b 9f8cff
    18 autumn forest
    1d0f1a 38192a 5f3138 927062 d6bd98 fff2d2 7fa5b5 e8d8a8 7a3d16 d9772b 2a4252 6a9aa0 8f2a2a b98a4a ffcf4a f04a2a
    18 sakura
    2a1730 4a2a4c 7a4a6c ac8299 ecd0d2 fff8f2 9cc4e4 ffdccb b55a86 f79fbe 3f5f8c 80b8c8 8c3a4a cf9a7c ffe27a ff5c8a
    16 monsoon
    0f1a22 1c3038 38505a 748a8c bccac0 f6f7e6 7f9cb0 d2d9d0 1e5a3c 6fb84a 2f5f72 92c4c0 7a4438 b99468 ffe07a ff6b5e
    16 lavender field
    1b1633 322a58 574a86 8f84aa d0c6dc fffaf0 86aede f6cfd8 3e5a48 a477d6 34548c 6fc0c4 7c4a5c cba27c ffe48a ff7fa8
    18 winter market
    150f1e 2a1f38 4a3f58 847a90 cfd2de fbf8f0 4f5f9c b59cb8 1c4434 3f7f4f 24406a 7faac8 8c2430 b8804f ffcf5e f0483e
    18 moss temple
    101711 1f2c22 45483a 73806a b9c0a0 f4f4da 8fb4a4 d6dcae 2a5a2e 74a33c 174a52 5a9c92 6f3f34 b08a5c f3d76a e8573f
    16 mushroom wood
    161218 2a2430 4c4250 857a7c ccbfae faf3e0 5f8a8a b5c9a5 2c4632 6d9150 28465a 6aa5ac 7e3a34 b98d63 f6d878 e24a3c
    18 coral reef
    06182e 0d2f4f 1f4f74 5d86a0 bfd8cf fdfbe8 1c8fb8 7fe0d2 0f5a5a 3fb389 0b3f80 45b8e8 a8325f ff9e7a ffe066 ff4f78
    15 deep sea
    030a18 08182f 123452 3c6a85 8fbcc4 e8fff4 1a5f94 3fa0b8 0d3d3c 1f8a72 10246a 2f7fd0 4f1f4c b0608a c8ff8a ff6a9c
    15 volcano
    140a0f 2a121c 4a222c 7a5a5c b8a09a fff0d8 6f3a5c d8705a 3a3322 75703a 9e2016 ff8a1e 701c24 b5603a ffd24a ff4a2a
    18 glacier
    0a1a2c 173350 36587a 7a9cb4 c4d4e0 fbffff 5aa6e0 d8f2e8 1b5f58 5fa8a0 0f4f8c 3fc0e0 54486e a89cb0 ffeaa0 ff7a4f
    18 spice bazaar
    220f16 451a22 76332e a87858 e8d2b0 fff4da 3f8fa8 f5b98a 2f4f38 7f9a3a 1f4a78 4fb4b0 a8341f dc8c34 ffc627 e0327a
    18 neon alley
    0b0714 1c1030 3a2254 6f5a8c b8a8d0 f8f0ff 4a3aa8 c0408f 0e4a52 18a890 14307c 2fb8f0 7a1f4c d8745c ffe45c ff3fa4
    15 harbour fog
    333b44 454f58 5c666c 8a8580 b4b8b2 e8e8de a3a9bc cdd1c8 4a5f55 7d9280 4a6070 8cb4bc 75514e b0927c f2d58a d9665a
    15 vapor mall
    1a1038 2f1c62 54348c 8a70b8 c9c0ea fff6fb 6a7ff0 ff9ad5 146a7a 3fd0b8 2a3fb0 5fd8f5 a02a8c ffa08c fff08a ff4fc0
    15 nebula
    0a0618 1c0f36 3d2060 6f5590 b5a5d0 fff4ee 7a2f8c ff8a7a 14404f 3f9f9a 1f2f80 5f8ff0 8c1f50 d8804f ffe28a ff4f8f
    15 candy shop
    33173f 55296a 84489a b583b8 f5cfe0 fff9f2 b8a4f2 d6f2e0 2f8f7c 8fe0a0 4a68c8 6fc4f5 c8326a ff9f80 ffe46e ff4f9a
    15 jack lantern
    100a16 221433 3d2558 6d5a7a b5a48c fdf3d0 5a3a8c e07a2a 22401c 6f9a1f 1f3a44 4f9f8a 7c2d16 c26a20 ffc83a 8cff4a
    16 toy box
    231f3a 3b3560 5a5a84 9294a8 d6d3c8 fffaee 5ab0ea bfe6f0 1f7a5a 6cc45a 2a55b8 3fc0c8 c0392f f0924a ffd93f ff5a86
    5 opal
    2a2244 433a68 6a6294 9c98c0 d4dcec fffdf8 a8b8f0 f5c8e8 4f8a8c 98dcc0 5a78c0 8fdcf0 9a5a94 f0b098 fff0a0 ff86b8
""")
