"""CAR files: pack a folder for IPFS, which tells its CID before an upload, and check that an archive holds what a folder holds."""
