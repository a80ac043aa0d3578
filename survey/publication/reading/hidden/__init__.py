"""Questions whose answers chance hides: what published counts of recorded answers say of people."""
