"""The server process: how it is started, answers over HTTP, keeps house while it is quiet, and leaves."""
