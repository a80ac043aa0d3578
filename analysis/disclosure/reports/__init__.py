"""What the maker of a protected table wants to know of it; none of it is for its readers."""
