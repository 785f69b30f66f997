"""What this installation is: settings, their checks, and the joining of parts."""
