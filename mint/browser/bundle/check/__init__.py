"""Check a bundle: open it in Chromium under the rules of each platform, without a network, and report what it does."""
