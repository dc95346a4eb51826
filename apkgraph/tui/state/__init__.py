"""The screen's state and the pure functions that change and read it; no Textual here."""
