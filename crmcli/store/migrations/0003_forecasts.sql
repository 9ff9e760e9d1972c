-- Forecasts the owner kept, to be compared with what happened: one row a series and month.
-- series is '' for everything together ("by" is total) and for sales that name none.
CREATE TABLE forecasts (
    id INTEGER NOT NULL, made_on DATE NOT NULL, kept_on DATE NOT NULL, "by" VARCHAR NOT NULL, series VARCHAR NOT NULL,
    "month" DATE NOT NULL, horizon INTEGER NOT NULL, expected DECIMAL(38, 4) NOT NULL, low DECIMAL(38, 4) NOT NULL,
    high DECIMAL(38, 4) NOT NULL, "method" VARCHAR NOT NULL, "scale" DECIMAL(38, 4), months_known INTEGER NOT NULL,
    custom VARCHAR, added_in INTEGER NOT NULL, changed_in INTEGER NOT NULL
);
