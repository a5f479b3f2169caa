"""What people do: one function per verb of the trade. Locks, checks, changes, records; never commits, knows no HTTP."""
