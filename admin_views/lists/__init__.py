"""The parts of a list page: columns, conditions, order and pages, totals, and the pages that arrange it."""
