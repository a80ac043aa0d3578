"""Pages that people read, measured against an empty one."""
