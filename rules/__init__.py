"""Pure decisions: no Flask, no session, no clock. Standard library only."""
