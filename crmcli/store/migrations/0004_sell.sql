-- Selling: catalogue, prices, quotes, shipments, invoices with their lines, and documents as they were issued.

-- products.category names one; parent is the name of another.
CREATE TABLE categories (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, parent VARCHAR, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- What a product costs from a day on; products.cost holds before the first of them, and where there is none.
CREATE TABLE product_costs (
    id INTEGER NOT NULL, product_id INTEGER NOT NULL, from_on DATE NOT NULL, cost DECIMAL(18, 4) NOT NULL, source VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Ways a product is packed: qty units of the product in one pack.
CREATE TABLE product_packs (
    id INTEGER NOT NULL, product_id INTEGER NOT NULL, name VARCHAR NOT NULL, qty DECIMAL(18, 4) NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Made to order, for one product or a whole category: one row an allowed value, or value NULL and a measured number between
-- minimum and maximum in steps. charge: fixed (once a line), per_unit (each unit ordered), percent (of the unit price).
CREATE TABLE product_options (
    id INTEGER NOT NULL, product_id INTEGER, category VARCHAR, name VARCHAR NOT NULL, value VARCHAR,
    charge VARCHAR NOT NULL, amount DECIMAL(18, 4) NOT NULL, minimum DECIMAL(18, 4), maximum DECIMAL(18, 4), "step" DECIMAL(18, 4),
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- contacts.price_list names one. Days are inclusive. qty_mode: volume (the break reached prices the whole quantity)
-- or tiered (each part of the quantity at the price of its break).
CREATE TABLE price_lists (
    id INTEGER NOT NULL, name VARCHAR NOT NULL, parent VARCHAR, currency VARCHAR, valid_from DATE, valid_to DATE,
    tax_included BOOLEAN NOT NULL, is_default BOOLEAN NOT NULL, qty_mode VARCHAR NOT NULL,
    delivery_fee DECIMAL(18, 4), free_delivery_from DECIMAL(18, 4), note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- What (product, category, neither: all) × who (customer, group, segment, none: everyone) × quantity × days; then
-- base → percent → round → surcharge → floor over cost → ceiling. base: fixed (price), list, cost, price_list
-- (base_list), competitor_min.
CREATE TABLE price_rules (
    id INTEGER NOT NULL, rule_no VARCHAR NOT NULL, price_list VARCHAR NOT NULL,
    product_id INTEGER, category VARCHAR, customer_id INTEGER, "group" VARCHAR, segment VARCHAR,
    qty_from DECIMAL(18, 4), qty_to DECIMAL(18, 4), valid_from DATE, valid_to DATE,
    base VARCHAR NOT NULL, base_list VARCHAR, price DECIMAL(18, 4), "percent" DECIMAL(18, 4),
    round_to DECIMAL(18, 4), round_direction VARCHAR, surcharge DECIMAL(18, 4),
    floor_percent DECIMAL(18, 4), floor_price DECIMAL(18, 4), ceiling_price DECIMAL(18, 4),
    priority INTEGER NOT NULL, active BOOLEAN NOT NULL, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Discounts on a whole basket. kind: volume (net of the basket) or loyalty (revenue of the 365 days before).
CREATE TABLE price_discounts (
    id INTEGER NOT NULL, discount_no VARCHAR NOT NULL, kind VARCHAR NOT NULL, threshold DECIMAL(18, 4) NOT NULL,
    "percent" DECIMAL(18, 4) NOT NULL, price_list VARCHAR, valid_from DATE, valid_to DATE, active BOOLEAN NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- Who sells: name, tax_id, address, bank … and how documents are made, one detail a row.
CREATE TABLE seller_details (
    id INTEGER NOT NULL, "key" VARCHAR NOT NULL, value VARCHAR NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Templates and logos that issued documents were made with, once each, by the SHA-256 of the content (base64).
CREATE TABLE document_parts (
    id INTEGER NOT NULL, hash VARCHAR NOT NULL, name VARCHAR NOT NULL, content VARCHAR NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- Documents as issued: facts is the JSON every rendering is made from, for ever.
CREATE TABLE documents (
    id INTEGER NOT NULL, kind VARCHAR NOT NULL, number VARCHAR NOT NULL, revision INTEGER NOT NULL, customer_id INTEGER,
    issued_on DATE NOT NULL, facts VARCHAR NOT NULL, template_hash VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- status: draft, sent, accepted, rejected, replaced (by a later revision). Expired is a matter of the day.
-- tax_mode: line (tax rounded line by line) or total (by rate over the whole document).
CREATE TABLE quotes (
    id INTEGER NOT NULL, quote_no VARCHAR NOT NULL, revision INTEGER NOT NULL, customer_id INTEGER NOT NULL,
    quoted_on DATE NOT NULL, valid_until DATE, status VARCHAR NOT NULL, currency VARCHAR NOT NULL, language VARCHAR NOT NULL,
    tax_mode VARCHAR NOT NULL, tax_included BOOLEAN NOT NULL, price_list VARCHAR, delivery VARCHAR, terms VARCHAR, note VARCHAR,
    manager_id INTEGER, opportunity_no VARCHAR, sent_on DATE, decided_on DATE, reject_reason VARCHAR, order_no VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- mark: NULL, suggested (cross-sell, not in the totals until taken), new (a product launched lately, likewise), delivery.
CREATE TABLE quote_lines (
    id INTEGER NOT NULL, quote_id INTEGER NOT NULL, line_no INTEGER NOT NULL, product_id INTEGER, description VARCHAR NOT NULL,
    "options" VARCHAR, mark VARCHAR, unit VARCHAR, qty DECIMAL(18, 4) NOT NULL, list_price DECIMAL(18, 4),
    unit_price DECIMAL(18, 4) NOT NULL, discount_pct DECIMAL(18, 4), net DECIMAL(18, 4) NOT NULL, tax_rate DECIMAL(18, 4),
    tax DECIMAL(18, 4) NOT NULL, unit_cost DECIMAL(18, 4), rule_no VARCHAR, floor_price DECIMAL(18, 4), override_reason VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

ALTER TABLE orders ADD COLUMN quote_no VARCHAR;
ALTER TABLE history.orders ADD COLUMN quote_no VARCHAR;
-- The order whose goods a return brings back.
ALTER TABLE orders ADD COLUMN returns VARCHAR;
ALTER TABLE history.orders ADD COLUMN returns VARCHAR;
-- What left the house, in one or several goes; quantities of lines say how far an order is, never a percentage.
CREATE TABLE shipments (
    id INTEGER NOT NULL, shipment_no VARCHAR NOT NULL, order_id INTEGER NOT NULL, shipped_on DATE NOT NULL, delivered_on DATE,
    carrier VARCHAR, tracking VARCHAR, note VARCHAR,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE shipment_lines (
    id INTEGER NOT NULL, shipment_id INTEGER NOT NULL, order_line_id INTEGER NOT NULL, qty DECIMAL(18, 4) NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);

-- Invoices issued here carry series, year and number (gapless within both) and lines; imported ones do not.
-- credits: the invoice that a credit note corrects.
ALTER TABLE invoices ADD COLUMN series VARCHAR;
ALTER TABLE history.invoices ADD COLUMN series VARCHAR;
ALTER TABLE invoices ADD COLUMN "year" INTEGER;
ALTER TABLE history.invoices ADD COLUMN "year" INTEGER;
ALTER TABLE invoices ADD COLUMN number INTEGER;
ALTER TABLE history.invoices ADD COLUMN number INTEGER;
ALTER TABLE invoices ADD COLUMN credits VARCHAR;
ALTER TABLE history.invoices ADD COLUMN credits VARCHAR;
CREATE TABLE invoice_lines (
    id INTEGER NOT NULL, invoice_id INTEGER NOT NULL, line_no INTEGER NOT NULL, order_line_id INTEGER, product_id INTEGER,
    description VARCHAR NOT NULL, unit VARCHAR, qty DECIMAL(18, 4) NOT NULL, unit_price DECIMAL(18, 4) NOT NULL,
    discount_pct DECIMAL(18, 4), net DECIMAL(18, 4) NOT NULL, tax_rate DECIMAL(18, 4), tax DECIMAL(18, 4) NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
CREATE TABLE instalments (
    id INTEGER NOT NULL, invoice_id INTEGER NOT NULL, due_on DATE NOT NULL, amount DECIMAL(18, 4) NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
-- One receipt of money over several invoices is several rows of one receipt_no; the row without an invoice is credit.
ALTER TABLE payments ADD COLUMN receipt_no VARCHAR;
ALTER TABLE history.payments ADD COLUMN receipt_no VARCHAR;
