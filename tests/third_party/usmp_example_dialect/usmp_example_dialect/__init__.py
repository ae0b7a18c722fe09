"""An accelerator's dialect, as somebody else would write it who wants its buffers planned."""
