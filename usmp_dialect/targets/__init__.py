"""Formats that programs go out in."""
