"""Palettes of inks, pigments and metals, most of them with few colours.

The columns are the roles: void dusk shade stone chalk light, sky_high sky_low, leaf_dark leaf, water_dark water, brick clay,
lamp neon.
"""

from mint.token.palettes.table import read_palettes

MATERIALS = read_palettes("""
    15 stained glass
    0e0a12 25182f 4a2a5e 7a6a86 d8cbb0 fff6d8 2a5fc8 6fb8f0 0f5a3a 35a84f 1a2f8a 1fa0b0 9c1428 e0782a ffcf3a e0286a
    14 woodblock
    1c2438 24427a 24427a 6f7f5a e8b48c f2e6cc 5a86a8 a9c4c4 3a4a44 6f7f5a 24427a a9c4c4 8a3a34 e8b48c f5d27a d8583f
    14 porcelain
    111c44 22387c 22387c 7ea2d6 c2d6ec fbfaf2 7ea2d6 c2d6ec 22387c 3c60b0 22387c 3c60b0 d9503a d9a441 d9a441 d9503a
    14 copper patina
    1a0f10 42211f 42211f 8a4527 ffd9a0 fff3dc 4fa592 b5e0c8 1f4f4c 4fa592 1f4f4c b5e0c8 8a4527 d08850 ffd9a0 d08850
    12 noir
    0c0c10 1e1f26 3b3d47 6c6f78 a6a7a8 e9e6dc 6c6f78 a6a7a8 1e1f26 6c6f78 1e1f26 a6a7a8 3b3d47 6c6f78 f0c560 d42a38
    12 chalkboard
    18241f 2f463e 18241f 8fa89c f4f2e4 f4f2e4 2f463e 49625a 2f463e 8fa89c 49625a 86c0dc 49625a ef93a0 f2dc7c ef93a0
    12 sepia
    1f140c 4a3222 4a3222 8a6a48 c9ab80 f6ead0 8a6a48 c9ab80 4a3222 8a6a48 4a3222 c9ab80 4a3222 c9ab80 f6ead0 c9ab80
    12 risograph
    2a2150 2a2150 3f63c8 ff6a86 f7efdc f7efdc ff6a86 ffd84a 2a2150 3f63c8 3f63c8 f7efdc 3f63c8 ff6a86 ffd84a ff6a86
    10 cyanotype
    0a1f4a 1f4f94 1f4f94 6f9fcf f0f4ee f0f4ee 6f9fcf f0f4ee 0a1f4a 6f9fcf 1f4f94 6f9fcf 1f4f94 6f9fcf f0f4ee f0f4ee
    9 black figure vase
    1f1412 1f1412 1f1412 c8622f f3dcb0 f3dcb0 c8622f c8622f 1f1412 f3dcb0 1f1412 f3dcb0 1f1412 c8622f f3dcb0 f3dcb0
    7 linocut
    231a1e 231a1e 231a1e efe3cb efe3cb efe3cb efe3cb efe3cb 231a1e efe3cb 231a1e efe3cb 231a1e efe3cb efe3cb efe3cb
    5 kintsugi
    12110f 45423f 12110f f4ecdc f4ecdc f4ecdc 45423f 45423f 12110f f4ecdc 12110f 45423f e3b04b f4ecdc e3b04b e3b04b
    4 eclipse
    08060c 08060c 08060c c83a1e ffeebf ffeebf 08060c c83a1e 08060c c83a1e 08060c c83a1e c83a1e ffeebf ffeebf ffeebf
    3 solid gold
    1c0f06 4f2c0c 4f2c0c 96600f d0951f fff5c8 96600f d0951f 4f2c0c 96600f 4f2c0c d0951f 96600f d0951f f4cf55 fff5c8
    2 gold leaf
    14100c 14100c 14100c e8b84a e8b84a e8b84a 14100c 14100c 14100c e8b84a 14100c e8b84a 14100c e8b84a e8b84a e8b84a
""")
