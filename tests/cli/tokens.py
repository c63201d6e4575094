"""The hashes with which the commands are tested."""

from mint.token.hash import parse_hash

HASH = "open sesame"
NAME = parse_hash(HASH).folder_name
TEZOS = "ooj2HmX8dgniNPuPRcapyXBn9vYpsNwgD1uwx98SLceF6iCZJZK"
EVM = "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738"
