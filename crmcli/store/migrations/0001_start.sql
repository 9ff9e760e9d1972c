-- The first shape of a store. No PRIMARY KEY, UNIQUE or REFERENCES: checks by query hold them (docs/decisions/0002).
-- Every business table: id from meta.counters; added_in, changed_in = the step that wrote the row first and last;
-- custom = JSON object of the owner's own columns, NULL when there are none.
CREATE SCHEMA meta;
CREATE SCHEMA history;

CREATE TABLE meta.migrations (name VARCHAR NOT NULL, hash VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL);
CREATE TABLE meta.settings (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
CREATE TABLE meta.counters (name VARCHAR NOT NULL, next BIGINT NOT NULL);
-- One row a writing command. undoes: the step this one takes back; undone_by: the step that took this one back.
CREATE TABLE meta.steps (
    step INTEGER NOT NULL, done_at TIMESTAMP NOT NULL, kind VARCHAR NOT NULL, command VARCHAR NOT NULL,
    created BIGINT NOT NULL, updated BIGINT NOT NULL, removed BIGINT NOT NULL, undoes INTEGER, undone_by INTEGER
);
-- One row a file (or sheet) and entity of an import.
CREATE TABLE meta.imports (
    step INTEGER NOT NULL, origin VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, entity VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL, admitted BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL, rejected BIGINT NOT NULL, rules VARCHAR NOT NULL, rejects_path VARCHAR
);

CREATE TABLE managers (
    id INTEGER NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL, role VARCHAR, senior VARCHAR, region VARCHAR,
    skills VARCHAR, languages VARCHAR, capacity_hours DECIMAL(18, 4), active BOOLEAN,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE contacts (
    id INTEGER NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR, role VARCHAR, tax_id VARCHAR,
    email VARCHAR, phone VARCHAR, website VARCHAR, address VARCHAR, city VARCHAR, region VARCHAR, country VARCHAR,
    industry VARCHAR, "group" VARCHAR, source VARCHAR, channel VARCHAR, manager_id INTEGER, price_list VARCHAR,
    payment_terms_days INTEGER, credit_limit DECIMAL(18, 4), consent_mail BOOLEAN, consent_call BOOLEAN,
    created_on DATE, tags VARCHAR, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE people (
    id INTEGER NOT NULL, contact_id INTEGER NOT NULL, name VARCHAR NOT NULL, "position" VARCHAR, email VARCHAR,
    phone VARCHAR, "primary" BOOLEAN, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE products (
    id INTEGER NOT NULL, sku VARCHAR NOT NULL, name VARCHAR NOT NULL, category VARCHAR, unit VARCHAR,
    price DECIMAL(18, 4), cost DECIMAL(18, 4), tax_rate DECIMAL(18, 4), launched_on DATE, successor VARCHAR, active BOOLEAN,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE orders (
    id INTEGER NOT NULL, order_no VARCHAR NOT NULL, numbered_here BOOLEAN NOT NULL, ordered_on DATE NOT NULL,
    customer_id INTEGER, country VARCHAR, region VARCHAR, status VARCHAR NOT NULL, channel VARCHAR, manager_id INTEGER,
    campaign VARCHAR, promised_on DATE, shipped_on DATE, delivered_on DATE, currency VARCHAR,
    source VARCHAR, fingerprint VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- customer_id, ordered_on and counted repeat the order's own (check "lines_follow_order"): sums need no join.
-- net is what revenue adds up, computed once when written.
CREATE TABLE order_lines (
    id INTEGER NOT NULL, order_id INTEGER NOT NULL, customer_id INTEGER, ordered_on DATE NOT NULL, counted BOOLEAN NOT NULL,
    line_no INTEGER, product_id INTEGER, description VARCHAR, category VARCHAR, qty DECIMAL(18, 4) NOT NULL,
    unit_price DECIMAL(18, 4), discount_pct DECIMAL(18, 4), discount_amount DECIMAL(18, 4), amount DECIMAL(18, 4),
    net DECIMAL(18, 4) NOT NULL, unit_cost DECIMAL(18, 4), tax_rate DECIMAL(18, 4),
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE invoices (
    id INTEGER NOT NULL, invoice_no VARCHAR NOT NULL, customer_id INTEGER NOT NULL, order_no VARCHAR, issued_on DATE NOT NULL,
    due_on DATE, amount DECIMAL(18, 4) NOT NULL, tax_amount DECIMAL(18, 4), status VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- with_invoice: the payment came as the invoice row's own paid_on / paid_amount.
CREATE TABLE payments (
    id INTEGER NOT NULL, payment_no VARCHAR, invoice_id INTEGER, customer_id INTEGER, paid_on DATE NOT NULL,
    amount DECIMAL(18, 4) NOT NULL, "method" VARCHAR, with_invoice BOOLEAN NOT NULL, source VARCHAR, fingerprint VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE tickets (
    id INTEGER NOT NULL, ticket_no VARCHAR NOT NULL, customer_id INTEGER, kind VARCHAR, priority VARCHAR, subject VARCHAR,
    channel VARCHAR, status VARCHAR, agent_id INTEGER, order_no VARCHAR, opened_at TIMESTAMP NOT NULL,
    first_response_at TIMESTAMP, resolved_at TIMESTAMP, closed_at TIMESTAMP, reopened INTEGER, csat DECIMAL(18, 4),
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE interactions (
    id INTEGER NOT NULL, customer_id INTEGER NOT NULL, "at" TIMESTAMP NOT NULL, channel VARCHAR, direction VARCHAR,
    manager_id INTEGER, kind VARCHAR, subject VARCHAR, minutes DECIMAL(18, 4), outcome VARCHAR, campaign VARCHAR,
    source VARCHAR, fingerprint VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE opportunities (
    id INTEGER NOT NULL, opportunity_no VARCHAR NOT NULL, name VARCHAR, customer_id INTEGER, product_id INTEGER,
    manager_id INTEGER, stage VARCHAR, status VARCHAR, amount DECIMAL(18, 4), opened_on DATE, expected_on DATE,
    closed_on DATE, lost_reason VARCHAR, competitor VARCHAR, campaign VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE competitor_prices (
    id INTEGER NOT NULL, competitor VARCHAR NOT NULL, product_id INTEGER NOT NULL, price DECIMAL(18, 4) NOT NULL,
    seen_on DATE NOT NULL, source VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE cost_activities (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, driver VARCHAR NOT NULL, rate DECIMAL(18, 4), pool DECIMAL(18, 4),
    period_from DATE, period_to DATE,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
