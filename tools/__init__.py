"""What makes a release: the wheels, the hashes of the requirements, the list of parts."""
