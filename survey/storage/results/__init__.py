"""What was released: frozen documents, read as they were stored."""
