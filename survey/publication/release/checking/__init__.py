"""What of a release from elsewhere its questionnaire and its own published numbers do not make."""
