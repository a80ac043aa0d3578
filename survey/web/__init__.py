"""The edge: one file per audience; a route reads the request, calls one function and replies."""
