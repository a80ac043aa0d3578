"""What may be shown: rules, ties, drafts, and the process that works on them."""
