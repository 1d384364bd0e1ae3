"""What `make test` checks besides the tests themselves."""
