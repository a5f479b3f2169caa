"""Which reports a role may make, and whether its small cells are withheld."""

from rules.permissions import Role, may_run

SHEETS = ("activity", "fees", "training", "recharge", "payees", "incomes")


def sheets_for(role: Role | None) -> tuple[str, ...]:
    """The report sheets that ``role`` may have, by the rows ``Report`` of the table of rights."""
    return tuple(sheet for sheet in SHEETS if may_run(role, "Report", sheet))


def withholds_small_cells(role: Role | None) -> bool:
    """True for everyone but the coordinator and finance, who see the records themselves."""
    return role not in (Role.COORDINATOR, Role.FINANCE)
