"""The site as files: for a plain web server, a memory stick and the time after all servers."""
