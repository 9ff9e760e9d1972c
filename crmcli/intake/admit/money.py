"""Admission of invoices, whose rows may tell how they were paid, and of payments, which name invoices."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.store.connection import scalar

PAID = ("paid_on", "paid_amount")


def admit_invoices(admission: Admission) -> None:
    """Admit invoices; a row with paid_on is also a payment, of paid_amount or of the whole amount."""
    if admission.has("paid_amount") and admission.has("paid_on"):
        add_problems(
            admission.con,
            "paid_amount > 0 AND paid_on IS NULL",
            "paid_on",
            "NULL",
            _("an amount was paid, but the day is missing"),
        )
    elif admission.has("paid_amount"):
        admission.notes.append(_("paid_amount without paid_on: payments were not taken"))
    admit_rows(admission, leave=PAID)
    if admission.has("paid_on"):
        _admit_own_payments(admission)


def _admit_own_payments(admission: Admission) -> None:
    """One payment an invoice, known by the invoice itself, so that a later file may correct or complete it."""
    con, writer = admission.con, admission.writer
    paid = "coalesce(s.paid_amount, i.amount)" if admission.has("paid_amount") else "i.amount"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE paid AS SELECT min(s.row_no) AS row_no, i.id AS invoice_id, i.customer_id, "
        f"arg_max(s.paid_on, s.row_no) AS paid_on, arg_max({paid}, s.row_no) AS amount, p.id, "
        f"p.paid_on AS old_on, p.amount AS old_amount FROM {admission.fitting()} AS s "
        "JOIN invoices AS i ON i.invoice_no = s.invoice_no "
        "LEFT JOIN payments AS p ON p.invoice_id = i.id AND p.with_invoice "
        "WHERE s.paid_on IS NOT NULL GROUP BY i.id, i.customer_id, p.id, p.paid_on, p.amount"
    )
    new = int(scalar(con, "SELECT count(*) FROM paid WHERE id IS NULL"))
    if new:
        first = writer.reserve("payments", new)
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW new_paid AS SELECT {first - 1} + row_number() OVER (ORDER BY row_no) AS id, "
            "invoice_id, customer_id, paid_on, amount, true AS with_invoice FROM paid WHERE id IS NULL"
        )
        writer.insert(
            "payments", ["invoice_id", "customer_id", "paid_on", "amount", "with_invoice"], "new_paid", order="id"
        )
    con.execute(
        "CREATE OR REPLACE TEMP VIEW changed_paid AS SELECT id, paid_on, amount FROM paid WHERE id IS NOT NULL "
        "AND (paid_on IS DISTINCT FROM old_on OR amount IS DISTINCT FROM old_amount)"
    )
    if scalar(con, "SELECT count(*) FROM changed_paid"):
        writer.update("payments", ["paid_on", "amount"], "changed_paid")


def admit_payments(admission: Admission) -> None:
    """Admit payments; one that names an invoice belongs to it and to its customer."""
    con = admission.con
    if admission.has("invoice_no"):
        add_problems(
            con,
            "invoice_no IS NOT NULL AND invoice_no NOT IN (SELECT invoice_no FROM invoices)",
            "invoice_no",
            "invoice_no",
            _("is not in the store"),
        )
        told = admission.has("customer")
        customer = "coalesce(s.customer, c.code)" if told else "c.code"
        admission.derive(
            f"SELECT s.*{' EXCLUDE (customer)' if told else ''}, i.id AS invoice_id, {customer} AS customer "
            "FROM before AS s LEFT JOIN invoices AS i ON i.invoice_no = s.invoice_no "
            "LEFT JOIN contacts AS c ON c.id = i.customer_id"
        )
        admission.stage.columns.pop("invoice_no")
        admission.stage.columns |= {"invoice_id": "int", "customer": "customer"}
    if not admission.has("customer"):
        add_problems(con, "true", "customer", "NULL", _("neither customer nor invoice is named"))
        return
    add_problems(
        con, "customer IS NULL", "customer", "NULL", _("neither customer nor invoice is named"), unless_known=True
    )
    admit_rows(admission)
