"""The tables of ``peers/seed.py`` as Django models."""

from django.db import models


class Named(models.Model):
    """A record that is called by its name."""

    name = models.CharField(max_length=160)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Theme(Named):
    class Meta:
        managed = False
        db_table = "theme"


class Organisation(Named):
    city = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "organisation"


class Expert(models.Model):
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(max_length=200)
    phone = models.CharField(max_length=40)
    active = models.BooleanField()
    created = models.DateTimeField(auto_now_add=True)
    themes = models.ManyToManyField(Theme, db_table="expert_theme")

    class Meta:
        managed = False
        db_table = "expert"

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class Order(models.Model):
    class Status(models.TextChoices):
        RECEIVED = "received"
        SEARCHING = "searching"
        STAFFED = "staffed"
        HELD = "held"
        CLOSED = "closed"
        CANCELLED = "cancelled"
        REFERRED = "referred"
        UNMET = "unmet"

    number = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    theme = models.ForeignKey(Theme, models.PROTECT)
    received_on = models.DateField()
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=20, choices=Status)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "orders"

    def __str__(self):
        return self.number


class Assignment(models.Model):
    order = models.ForeignKey(Order, models.PROTECT)
    expert = models.ForeignKey(Expert, models.PROTECT)
    fee = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        managed = False
        db_table = "assignment"

    def __str__(self):
        return f"{self.order}/{self.pk}"


class Invoice(models.Model):
    number = models.CharField(max_length=20)
    assignment = models.ForeignKey(Assignment, models.PROTECT)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    received_on = models.DateField()

    class Meta:
        managed = False
        db_table = "invoice"

    def __str__(self):
        return self.number
