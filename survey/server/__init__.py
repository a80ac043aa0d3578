"""The server process: how it is started, answers over HTTP, cleans up while it is quiet, and ends."""
