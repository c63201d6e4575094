"""Palettes modelled on machines: terminals, home computers, handhelds and instruments.

The columns are the roles: void dusk shade stone chalk light, sky_high sky_low, leaf_dark leaf, water_dark water, brick clay,
lamp neon.
"""

from mint.token.palettes.table import read_palettes

MACHINES = read_palettes("""
    14 breadbin computer
    141318 333440 5c3a7c 77787f b2b3b0 f6f4ec 7a72d0 8ccfd0 4c7a2e 9bdc7e 2f4a9e 6cb8d8 8c4a34 c07a4a e6dc74 d0685e
    12 thermal camera
    0a0520 1f0f5a 4a1490 c82a84 ffbc3a fffbe0 8a1aa0 fb8530 1f0f5a c82a84 4a1490 ee4f50 8a1aa0 fb8530 ffe878 ee4f50
    12 pocket handheld
    14321c 14321c 3b6b35 8fa832 8fa832 e2f2bc 8fa832 e2f2bc 14321c 8fa832 3b6b35 8fa832 3b6b35 8fa832 e2f2bc e2f2bc
    10 rubber keys
    05050a 1a2ad8 1a2ad8 d63ad0 f4f4f4 f4f4f4 2ad0d8 f4f4f4 1a2ad8 1ec83c 1a2ad8 2ad0d8 d81e2c e6dc2a e6dc2a d63ad0
    10 four color card
    05070c 05070c e04ac8 38d8dc f6f6f6 f6f6f6 38d8dc f6f6f6 05070c 38d8dc e04ac8 38d8dc e04ac8 f6f6f6 f6f6f6 e04ac8
    10 electronic paper
    2a2b2a 2a2b2a 6b6c69 a9aaa5 e6e6de e6e6de a9aaa5 e6e6de 2a2b2a a9aaa5 6b6c69 a9aaa5 6b6c69 a9aaa5 e6e6de e6e6de
    9 green phosphor
    04140a 0f4a24 04140a 27a552 27a552 9dffb0 0f4a24 27a552 04140a 27a552 0f4a24 27a552 0f4a24 27a552 9dffb0 9dffb0
    9 amber terminal
    1a0f04 1a0f04 1a0f04 9a5a10 ffb52e ffb52e 1a0f04 9a5a10 1a0f04 9a5a10 1a0f04 9a5a10 9a5a10 ffb52e ffb52e ffb52e
    9 blueprint
    12306b 12306b 12306b 5f8fd0 eaf3ff eaf3ff 12306b 5f8fd0 12306b 5f8fd0 12306b 5f8fd0 5f8fd0 eaf3ff eaf3ff eaf3ff
    7 red headset
    1a0004 6b0012 6b0012 c81a28 c81a28 ff7a66 c81a28 ff7a66 1a0004 c81a28 6b0012 c81a28 6b0012 c81a28 ff7a66 ff7a66
    7 one bit
    101010 101010 101010 f4f4f0 f4f4f0 f4f4f0 101010 101010 101010 f4f4f0 101010 f4f4f0 101010 f4f4f0 f4f4f0 f4f4f0
    4 ultraviolet
    1b0a3a 1b0a3a 1b0a3a c8ff4a c8ff4a c8ff4a 1b0a3a 1b0a3a 1b0a3a c8ff4a 1b0a3a c8ff4a 1b0a3a c8ff4a c8ff4a c8ff4a
""")
