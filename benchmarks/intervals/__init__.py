"""Studies of published intervals besides that of shares, indices and changes."""
