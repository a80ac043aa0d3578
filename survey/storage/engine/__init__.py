"""The database as a machine: connections, the one writer, locks between processes, migrations, overwriting."""
