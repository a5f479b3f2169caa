"""Fixtures that several tests of services share."""

from tests.services.test_money_flow import held, people

__all__ = ["held", "people"]
