"""What is asked: questionnaires, their rules and the path through them, without any web or database."""
