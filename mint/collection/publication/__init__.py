"""Publications: a collection as the files that a marketplace shows, with the hashes and addresses that prove them."""
