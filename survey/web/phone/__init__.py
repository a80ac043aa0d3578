"""The app on the phone and all that it asks of the server."""
