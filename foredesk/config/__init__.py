"""The front door: settings, paths, the web application."""
