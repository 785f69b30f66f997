"""The safe-contact plan: saving it, talking it through, suspending it, code words."""
