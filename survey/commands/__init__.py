"""python -m survey …: one file a noun; `main` joins them."""
