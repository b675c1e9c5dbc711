"""Serve the archive: processes, their sockets, and a database that is replaced while served."""
