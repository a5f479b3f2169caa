"""Loads every module that registers verbs and saves, so that the console knows them all."""

from services import (
    accounts,
    anonymise,
    answers,
    assignments,
    batch_items,
    batches,
    claim_entry,
    claims,
    data_requests,
    developing,
    experts,
    export_profiles,
    group_claims,
    groups,
    handed_links,
    incomes_reports,
    letters,
    onboarding,
    orders,
    outbox,
    own_money,
    own_voice,
    own_wishes,
    payees,
    paying_accounts,
    proposals,
    receipts,
    requests,
    training,
    training_checks,
)

MODULES = (
    accounts, anonymise, answers, assignments, batch_items, batches, claim_entry, claims, data_requests, developing,
    experts, export_profiles, group_claims, groups, handed_links, incomes_reports, letters, onboarding, orders, outbox,
    own_money, own_voice, own_wishes, payees, paying_accounts, proposals, receipts, requests, training, training_checks)
