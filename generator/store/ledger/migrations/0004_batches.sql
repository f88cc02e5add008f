-- Batches: requests that go out in files and come back hours later, by the Batch API or by hand.

-- Tells this ledger's answers from those of another one: part of every custom_id.
CREATE TABLE identity (token TEXT NOT NULL);
INSERT INTO identity VALUES (lower(hex(randomblob(8))));

-- What one command sends by batch: the jobs that its run wants. Its follow-up batches share its cap.
CREATE TABLE batch_order (
    run        INTEGER PRIMARY KEY REFERENCES run(id),
    kind       TEXT NOT NULL,              -- of the jobs: answer, seo
    endpoint   TEXT,                       -- NULL where the requests go to a file, and nowhere else
    mode       TEXT,                       -- json_schema, json_object, plain; NULL as the endpoint is known to want it
    max_cost   INTEGER,                    -- nano-dollars, NULL without a cap
    created_at TEXT NOT NULL
);

CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    run          INTEGER NOT NULL REFERENCES batch_order(run),
    model        TEXT NOT NULL,
    path         TEXT NOT NULL,            -- the request file
    state        TEXT NOT NULL,            -- writing, written, uploaded, created, collected, cancelled; exported for a file
    input_file   TEXT,                     -- the provider's ids, each committed as soon as it is known
    batch_id     TEXT UNIQUE,
    output_file  TEXT,
    error_file   TEXT,
    status       TEXT,                     -- as the provider last told it
    problem      TEXT,                     -- why the provider refused it
    requests     INTEGER NOT NULL DEFAULT 0,
    completed    INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    claimed_by   INTEGER REFERENCES run(id),
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
);
CREATE INDEX batch_claimed ON batch (claimed_by) WHERE claimed_by IS NOT NULL;

-- A call with a batch is one line of its request file.
ALTER TABLE call ADD COLUMN batch INTEGER REFERENCES batch(id);
ALTER TABLE call ADD COLUMN retryable INTEGER;   -- of one that failed in a batch: 1 where another try may succeed
CREATE INDEX call_batch ON call (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX job_batched ON job (claimed_by) WHERE state = 'batched' AND claimed_by IS NOT NULL;
