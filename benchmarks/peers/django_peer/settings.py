"""Settings of the Django peer. ``PEER_DATABASE`` is a URL; ``FULL_COUNT=0`` is what its documentation advises."""

import os
from urllib.parse import parse_qs, urlsplit


def database(address):
    """What DATABASES wants to know, from a URL."""
    url = urlsplit(address)
    if url.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:], "CONN_MAX_AGE": None, "OPTIONS": {
            "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}}
    return {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username,
            "HOST": parse_qs(url.query)["host"][0], "CONN_MAX_AGE": None}


SECRET_KEY = "only for measuring"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": database(os.environ["PEER_DATABASE"])}
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "core",
]
MIDDLEWARE = [
    "core.counting.CountQueries", "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "urls"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]},
}]
STATIC_URL = "static/"
USE_TZ = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FULL_COUNT = os.environ.get("FULL_COUNT", "1") == "1"
