"""The page: its server, its protocol, and the tiles it shows."""
