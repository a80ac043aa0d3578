"""What leaves: figures of a closed round, made once, kept, and read by every page and file."""
