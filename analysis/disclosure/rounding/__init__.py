"""Tables whose every number is rounded, additively, and attacked before it leaves."""
