"""The console: models become pages. Rights, scopes and services decide; these files translate to and from HTTP."""
