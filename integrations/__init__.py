"""One vendor behind one of our Protocols, one folder for each kind."""
