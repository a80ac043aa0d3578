"""Paper: the briefings of a round as sheets of A4, tagged, in each language."""
