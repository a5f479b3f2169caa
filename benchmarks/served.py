"""The product as gunicorn serves it, saying in a header how many queries a page took. For measuring only."""

from flask import g, has_app_context
from sqlalchemy import event

from app import create_app
from models import db

app = create_app()


def count(*_):
    if has_app_context():
        g.queries = g.get("queries", 0) + 1


def tell(response):
    response.headers["X-Queries"] = str(g.get("queries", 0))
    return response


with app.app_context():
    event.listen(db.engine, "before_cursor_execute", count)
app.after_request(tell)
