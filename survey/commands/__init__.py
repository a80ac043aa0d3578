"""python -m survey …: one file for each noun; `main` joins them."""
