"""Loads every module that registers verbs and saves, so that the console knows them all."""

from services import (
    accounts,
    assignments,
    batch_items,
    batches,
    claim_entry,
    claims,
    experts,
    groups,
    orders,
    payees,
    requests,
    training,
)

MODULES = (
    accounts, assignments, batch_items, batches, claim_entry, claims, experts, groups, orders, payees, requests,
    training)
