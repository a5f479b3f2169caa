"""Plain Flask-Admin on the tables of ``peers/seed.py``, written as its documentation shows; nobody signs in."""

import os
from datetime import date, datetime
from decimal import Decimal

from flask import Flask, g, has_app_context
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, ForeignKey, Numeric, String, Table, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

STATES = ("received", "searching", "staffed", "held", "closed", "cancelled", "referred", "unmet")


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config.update(SECRET_KEY="only for measuring", SQLALCHEMY_DATABASE_URI=os.environ["PEER_DATABASE"])
db = SQLAlchemy(app, model_class=Base)
expert_theme = Table("expert_theme", Base.metadata, Column("id", primary_key=True),
                     Column("expert_id", ForeignKey("expert.id")), Column("theme_id", ForeignKey("theme.id")))


@event.listens_for(Engine, "connect")
def settle(connection, _record):
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    if has_app_context():
        g.queries = g.get("queries", 0) + 1


@app.after_request
def tell(response):
    response.headers["X-Queries"] = str(g.get("queries", 0))
    return response


class Theme(db.Model):
    __tablename__ = "theme"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    def __str__(self):
        return self.name


class Organisation(db.Model):
    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    city: Mapped[str] = mapped_column(String(80))

    def __str__(self):
        return self.name


class Expert(db.Model):
    __tablename__ = "expert"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool]
    created: Mapped[datetime]
    themes: Mapped[list[Theme]] = relationship(secondary=expert_theme)

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class Order(db.Model):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    received_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship()
    theme: Mapped[Theme] = relationship()

    def __str__(self):
        return self.number


class Assignment(db.Model):
    __tablename__ = "assignment"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    order: Mapped[Order] = relationship()
    expert: Mapped[Expert] = relationship()

    def __str__(self):
        return f"{self.order}/{self.id}"


class Invoice(db.Model):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    received_on: Mapped[date]
    assignment: Mapped[Assignment] = relationship()


class PageOfFifty(ModelView):
    page_size = 50
    column_default_sort = ("id", True)


class OrderView(PageOfFifty):
    column_list = ("number", "organisation", "theme", "received_on", "title", "status", "created")
    column_searchable_list = ("number", "organisation.name", "title")
    column_filters = ("status", "theme.name", "received_on")
    column_choices = {"status": [(state, state.title()) for state in STATES]}
    form_choices = {"status": [(state, state.title()) for state in STATES]}
    form_columns = ("number", "organisation", "theme", "received_on", "title", "status")
    form_ajax_refs = {"organisation": {"fields": ["name"], "page_size": 10}}


class ExpertView(PageOfFifty):
    column_list = ("first_name", "last_name", "email", "themes", "active", "created")
    column_searchable_list = ("first_name", "last_name", "email")


class AssignmentView(PageOfFifty):
    column_list = ("order", "expert", "fee")
    form_ajax_refs = {"order": {"fields": ["number"]}, "expert": {"fields": ["last_name", "email"]}}


class InvoiceView(PageOfFifty):
    column_list = ("number", "assignment_id", "amount", "received_on")
    column_searchable_list = ("number",)
    form_ajax_refs = {"assignment": {"fields": ["id"]}}


admin = Admin(app, name="Peer")
for view in (OrderView(Order, db), ExpertView(Expert, db), AssignmentView(Assignment, db), InvoiceView(Invoice, db),
             ModelView(Organisation, db), ModelView(Theme, db)):
    admin.add_view(view)
