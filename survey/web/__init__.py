"""The edge: one file per audience; a route asks, calls one verb, answers."""
