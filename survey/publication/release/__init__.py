"""Releases: made of protected tables, frozen, and carried elsewhere."""
