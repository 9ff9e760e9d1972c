"""The business tables as data: how a row is named to the owner, and who refers to whom."""

from __future__ import annotations

# Children first: an undo removes rows in this order, so what is left afterwards are references that stay.
TABLES = (
    "answer_uses",
    "answer_versions",
    "ticket_events",
    "answers",
    "sla_policies",
    "calendar_days",
    "calendar_hours",
    "calendars",
    "deal_moves",
    "deal_stages",
    "plan_moves",
    "plan_steps",
    "plan_cadences",
    "plan_goals",
    "account_plans",
    "account_needs",
    "key_accounts",
    "key_picks",
    "key_rules",
    "preferences",
    "duties",
    "segment_members",
    "segments",
    "shipment_lines",
    "shipments",
    "invoice_lines",
    "instalments",
    "quote_lines",
    "quotes",
    "documents",
    "seller_details",
    "document_parts",
    "price_rules",
    "price_discounts",
    "price_lists",
    "product_options",
    "product_packs",
    "product_costs",
    "categories",
    "tickets",
    "order_lines",
    "payments",
    "invoices",
    "orders",
    "interactions",
    "opportunities",
    "competitor_prices",
    "cost_activities",
    "forecasts",
    "people",
    "contacts",
    "products",
    "managers",
)

# The expression that names a row to the owner.
ROW_NAME = {
    "answer_uses": (
        "coalesce((SELECT a.answer_no FROM answers AS a WHERE a.id = t.answer_id), '?') || ' ' || t.used_at::VARCHAR"
    ),
    "answer_versions": (
        "coalesce((SELECT a.answer_no FROM answers AS a WHERE a.id = t.answer_id), '?') || '-' || t.version::VARCHAR"
    ),
    "ticket_events": (
        "coalesce((SELECT k.ticket_no FROM tickets AS k WHERE k.id = t.ticket_id), '?') || '/' || t.event_no::VARCHAR"
    ),
    "answers": "t.answer_no",
    "sla_policies": "t.policy_no::VARCHAR",
    "calendar_days": (
        "coalesce((SELECT c.name FROM calendars AS c WHERE c.id = t.calendar_id), '?') || ' ' || t.\"day\"::VARCHAR"
    ),
    "calendar_hours": (
        "coalesce((SELECT c.name FROM calendars AS c WHERE c.id = t.calendar_id), '?') || ' ' || t.from_on::VARCHAR "
        "|| '/' || t.weekday::VARCHAR"
    ),
    "calendars": "t.name",
    "deal_moves": (
        "coalesce((SELECT o.opportunity_no FROM opportunities AS o WHERE o.id = t.opportunity_id), '?') || '/' "
        "|| t.move_no::VARCHAR"
    ),
    "deal_stages": "t.name",
    "plan_moves": (
        "coalesce((SELECT p.plan_no FROM account_plans AS p WHERE p.id = t.plan_id), '?') || '/' || t.step_no::VARCHAR"
    ),
    "plan_steps": (
        "coalesce((SELECT p.plan_no FROM account_plans AS p WHERE p.id = t.plan_id), '?') || '/' || t.step_no::VARCHAR"
    ),
    "plan_cadences": (
        "coalesce((SELECT p.plan_no FROM account_plans AS p WHERE p.id = t.plan_id), '?') || ' / ' || t.channel"
    ),
    "plan_goals": (
        "coalesce((SELECT p.plan_no FROM account_plans AS p WHERE p.id = t.plan_id), '?') || ' / ' || t.measure"
    ),
    "account_plans": "t.plan_no",
    "account_needs": ("coalesce((SELECT c.code FROM contacts AS c WHERE c.id = t.customer_id), '?')"),
    "key_accounts": (
        "coalesce((SELECT c.code FROM contacts AS c WHERE c.id = t.customer_id), '?') || ' ' || t.entered_on::VARCHAR"
    ),
    "key_picks": (
        "coalesce((SELECT c.code FROM contacts AS c WHERE c.id = t.customer_id), '?') || ' ' || t.from_on::VARCHAR"
    ),
    "key_rules": "t.version::VARCHAR",
    "preferences": (
        "coalesce((SELECT c.code FROM contacts AS c WHERE c.id = t.customer_id), '?') || ' / ' || t.\"text\""
    ),
    "duties": "t.role || ' / ' || t.line_no::VARCHAR",
    "segment_members": "t.segment || ' ' || t.taken_on::VARCHAR",
    "segments": "t.name",
    "shipment_lines": "coalesce((SELECT s.shipment_no FROM shipments AS s WHERE s.id = t.shipment_id), '?') || ' / ' || t.qty::VARCHAR",
    "shipments": "t.shipment_no",
    "invoice_lines": (
        "coalesce((SELECT i.invoice_no FROM invoices AS i WHERE i.id = t.invoice_id), '?') || ' / ' || t.description"
    ),
    "instalments": (
        "coalesce((SELECT i.invoice_no FROM invoices AS i WHERE i.id = t.invoice_id), '?') || ' / ' || t.due_on::VARCHAR"
    ),
    "quote_lines": (
        "coalesce((SELECT q.quote_no FROM quotes AS q WHERE q.id = t.quote_id), '?') || ' / ' || t.description"
    ),
    "quotes": "t.quote_no || '-' || t.revision::VARCHAR",
    "documents": "t.kind || ' ' || t.number || '-' || t.revision::VARCHAR",
    "document_parts": "t.name",
    "seller_details": 't."key"',
    "price_rules": "t.price_list || ' / ' || t.rule_no",
    "price_discounts": "t.discount_no",
    "price_lists": "t.name",
    "product_options": "t.name || coalesce(' = ' || t.value, '')",
    "product_packs": "t.name",
    "product_costs": (
        "coalesce((SELECT p.sku FROM products AS p WHERE p.id = t.product_id), '?') || ' ' || t.from_on::VARCHAR"
    ),
    "categories": "t.name",
    "order_lines": (
        "coalesce((SELECT o.order_no FROM orders AS o WHERE o.id = t.order_id), '?') || coalesce(' / ' || t.description, '')"
    ),
    "payments": "coalesce(t.payment_no, t.paid_on::VARCHAR || ' ' || t.amount::VARCHAR)",
    "invoices": "t.invoice_no",
    "orders": "t.order_no",
    "tickets": "t.ticket_no",
    "interactions": "t.at::VARCHAR || ' ' || coalesce(t.subject, t.kind, t.channel, '')",
    "opportunities": "t.opportunity_no",
    "competitor_prices": "t.competitor || ' ' || t.seen_on::VARCHAR",
    "cost_activities": "t.name",
    "forecasts": "t.made_on::VARCHAR || ' ' || t.\"by\" || ' ' || t.series || ' ' || t.\"month\"::VARCHAR",
    "people": "t.name",
    "contacts": "t.code || ' ' || t.name",
    "products": "t.sku || ' ' || t.name",
    "managers": "t.code || ' ' || t.name",
}

# table → (child table, child column) that point at its id.
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "contacts": (
        ("people", "contact_id"),
        ("orders", "customer_id"),
        ("order_lines", "customer_id"),
        ("invoices", "customer_id"),
        ("payments", "customer_id"),
        ("tickets", "customer_id"),
        ("interactions", "customer_id"),
        ("opportunities", "customer_id"),
        ("price_rules", "customer_id"),
        ("quotes", "customer_id"),
        ("documents", "customer_id"),
        ("segment_members", "customer_id"),
        ("key_picks", "customer_id"),
        ("key_accounts", "customer_id"),
        ("account_needs", "customer_id"),
        ("account_plans", "customer_id"),
        ("preferences", "customer_id"),
    ),
    "products": (
        ("order_lines", "product_id"),
        ("quote_lines", "product_id"),
        ("invoice_lines", "product_id"),
        ("price_rules", "product_id"),
        ("product_options", "product_id"),
        ("product_packs", "product_id"),
        ("product_costs", "product_id"),
        ("opportunities", "product_id"),
        ("competitor_prices", "product_id"),
    ),
    "managers": (
        ("contacts", "manager_id"),
        ("orders", "manager_id"),
        ("tickets", "agent_id"),
        ("interactions", "manager_id"),
        ("opportunities", "manager_id"),
        ("quotes", "manager_id"),
        ("plan_steps", "manager_id"),
        ("ticket_events", "agent_id"),
        ("answer_versions", "author_id"),
        ("answer_versions", "approver_id"),
        ("answer_uses", "agent_id"),
        ("deal_moves", "manager_id"),
    ),
    "tickets": (("ticket_events", "ticket_id"), ("answer_uses", "ticket_id"), ("tickets", "about_ticket_id")),
    "answers": (("answer_versions", "answer_id"), ("answer_uses", "answer_id"), ("ticket_events", "answer_id")),
    "calendars": (("calendar_hours", "calendar_id"), ("calendar_days", "calendar_id"), ("sla_policies", "calendar_id")),
    "opportunities": (("deal_moves", "opportunity_id"), ("interactions", "opportunity_id")),
    "interactions": (("plan_steps", "interaction_id"),),
    "account_plans": (
        ("plan_goals", "plan_id"),
        ("plan_cadences", "plan_id"),
        ("plan_steps", "plan_id"),
        ("plan_moves", "plan_id"),
    ),
    "orders": (("order_lines", "order_id"), ("shipments", "order_id")),
    "order_lines": (
        ("shipment_lines", "order_line_id"),
        ("invoice_lines", "order_line_id"),
        ("tickets", "order_line_id"),
    ),
    "shipments": (("shipment_lines", "shipment_id"),),
    "quotes": (("quote_lines", "quote_id"),),
    "invoices": (("payments", "invoice_id"), ("invoice_lines", "invoice_id"), ("instalments", "invoice_id")),
}

# What tells a row from all others: columns, and when that holds ({0}: alias). Two rows alike in one of these are one
# fact taken twice.
KEYS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "contacts": ((("code",), "true"),),
    "people": ((("contact_id", "name"), "true"),),
    "managers": ((("code",), "true"),),
    "products": ((("sku",), "true"),),
    "orders": ((("order_no", "numbered_here"), "true"), (("source", "fingerprint"), "{0}.fingerprint IS NOT NULL")),
    "invoices": ((("invoice_no",), "true"),),
    "payments": (
        (("payment_no",), "{0}.payment_no IS NOT NULL"),
        (("source", "fingerprint"), "{0}.fingerprint IS NOT NULL"),
        (("invoice_id",), "{0}.with_invoice"),
    ),
    "tickets": ((("ticket_no",), "true"),),
    "interactions": ((("source", "fingerprint"), "{0}.fingerprint IS NOT NULL"),),
    "opportunities": ((("opportunity_no",), "true"),),
    "competitor_prices": ((("competitor", "product_id", "seen_on"), "true"),),
    "cost_activities": ((("name", "period_from"), "true"),),
    "forecasts": ((("made_on", "by", "series", "month"), "true"),),
    "categories": ((("name",), "true"),),
    "segments": ((("name",), "true"),),
    "segment_members": ((("segment", "taken_on", "customer_id"), "true"),),
    "key_rules": ((("version",), "true"),),
    "key_picks": ((("customer_id", "from_on"), "true"),),
    "key_accounts": ((("customer_id", "entered_on"), "true"),),
    "account_needs": ((("customer_id",), "true"),),
    "duties": ((("role", "line_no"), "true"),),
    "account_plans": ((("plan_no",), "true"),),
    "plan_goals": ((("plan_id", "measure", "by_on"), "true"),),
    "plan_steps": ((("plan_id", "step_no"), "true"),),
    "plan_moves": ((("plan_id", "step_no", "move_no"), "true"),),
    "ticket_events": ((("ticket_id", "event_no"), "true"),),
    "calendars": ((("name",), "true"),),
    "calendar_hours": ((("calendar_id", "from_on", "weekday", "from_minute"), "true"),),
    "calendar_days": ((("calendar_id", "day", "from_minute"), "true"),),
    "sla_policies": ((("policy_no",), "true"),),
    "answers": ((("answer_no",), "true"),),
    "answer_versions": ((("answer_id", "version"), "true"),),
    "deal_stages": ((("name",), "true"),),
    "deal_moves": ((("opportunity_id", "move_no"), "true"),),
    "product_costs": ((("product_id", "from_on"), "true"),),
    "product_packs": ((("product_id", "name"), "true"),),
    "product_options": ((("product_id", "category", "name", "value"), "true"),),
    "price_lists": ((("name",), "true"),),
    "price_rules": ((("rule_no",), "true"),),
    "price_discounts": ((("discount_no",), "true"),),
    "seller_details": ((("key",), "true"),),
    "document_parts": ((("hash",), "true"),),
    "documents": ((("kind", "number", "revision"), "true"),),
    "quotes": ((("quote_no", "revision"), "true"),),
    "quote_lines": ((("quote_id", "line_no"), "true"),),
    "shipments": ((("shipment_no",), "true"),),
    "shipment_lines": ((("shipment_id", "order_line_id"), "true"),),
    "invoice_lines": ((("invoice_id", "line_no"), "true"),),
    "instalments": ((("invoice_id", "due_on"), "true"),),
}

# Rows that are one document with their owner: a kept owner keeps them.
OWNER = {
    "order_lines": ("orders", "order_id"),
    "quote_lines": ("quotes", "quote_id"),
    "shipment_lines": ("shipments", "shipment_id"),
    "invoice_lines": ("invoices", "invoice_id"),
    "instalments": ("invoices", "invoice_id"),
    "plan_goals": ("account_plans", "plan_id"),
    "plan_cadences": ("account_plans", "plan_id"),
    "plan_steps": ("account_plans", "plan_id"),
    "plan_moves": ("account_plans", "plan_id"),
    "ticket_events": ("tickets", "ticket_id"),
    "calendar_hours": ("calendars", "calendar_id"),
    "calendar_days": ("calendars", "calendar_id"),
    "answer_versions": ("answers", "answer_id"),
    "deal_moves": ("opportunities", "opportunity_id"),
}

# Rows that others name by something else than their id: SQL that says whether one (t) still is.
NAMED = {
    "document_parts": (
        "t.hash IN (SELECT template_hash FROM documents WHERE template_hash IS NOT NULL UNION ALL "
        "SELECT value FROM seller_details) OR EXISTS (FROM documents AS d WHERE contains(d.facts, t.hash))"
    ),
}

# Columns that are bookkeeping of the store, not facts of the owner.
BOOKKEEPING = ("id", "added_in", "changed_in", "fingerprint")


def history_sql(table: str) -> str:
    """The statement that makes the table of earlier rows: the same columns behind the step and what it did."""
    return f"CREATE TABLE history.{table} AS SELECT 0::INTEGER AS in_step, ''::VARCHAR AS op, * FROM {table} LIMIT 0"
