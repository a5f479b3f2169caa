"""Loads every module that registers verbs and saves, so that the console knows them all."""

from services import accounts, assignments, experts, groups, orders, requests, training

MODULES = (accounts, assignments, experts, groups, orders, requests, training)
