"""What the author of a cube file declares besides the dimensions, and what is odd about it."""
