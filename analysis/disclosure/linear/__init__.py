"""The linear programs behind an attack: over all unknown counts, or over those of a few places."""
