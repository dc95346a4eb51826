"""The panes and lists of the main screen."""
