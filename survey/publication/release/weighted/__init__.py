"""Weighted figures of provinces: classes of known census share, an attack with all of them, and what is told."""
