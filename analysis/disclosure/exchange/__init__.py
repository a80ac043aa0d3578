"""Tables of other programs: read, attacked, protected and written again in their form."""
