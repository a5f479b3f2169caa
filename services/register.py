"""Loads every module that registers verbs and saves, so that the console knows them all."""

from services import accounts

MODULES = (accounts,)
