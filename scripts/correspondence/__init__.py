"""An archive of letters: YAML files in, a checked SQLite database and its web pages out.

Data flows one way: ``records`` (YAML to typed objects) → ``database`` (SQLite) → ``site`` (pages).
"""
