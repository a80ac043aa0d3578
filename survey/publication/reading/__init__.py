"""Kept figures as people read them: named, arranged, in files, and compared."""
