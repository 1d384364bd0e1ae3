"""The command line: a face with one file for each command. It asks queries and calls abilities."""
