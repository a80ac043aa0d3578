"""How many gave both answers of a gap, above districts: counted, attacked with all other tables, and kept."""
