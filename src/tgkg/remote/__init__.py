"""Talk HTTP to stores elsewhere: requests, credentials, and what a pushed release leaves there."""
