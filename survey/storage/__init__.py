"""What is kept: the database, its tables and the only queries that read or change them."""
