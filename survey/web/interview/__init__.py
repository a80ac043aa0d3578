"""The interview in a browser without JavaScript."""
