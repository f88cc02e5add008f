-- How the jobs of a run ended, as the run itself saw it: a job that failed may be done by a later run.

CREATE TABLE run_health (
    run            INTEGER PRIMARY KEY REFERENCES run(id),
    kind           TEXT NOT NULL,       -- of its jobs: answer, seo
    endpoint       TEXT NOT NULL,
    model          TEXT NOT NULL,
    prompt_hash    TEXT NOT NULL,
    jobs           INTEGER NOT NULL,    -- those with this prompt that ended after a call
    failed         INTEGER NOT NULL,
    causes         TEXT NOT NULL,       -- JSON: jobs by cause of failure; one job may have several
    texts          INTEGER NOT NULL,    -- jobs with a text
    findings       INTEGER NOT NULL,    -- of all texts
    findings_sq    INTEGER NOT NULL,    -- sum of the squares of each text's number of findings
    priced         INTEGER NOT NULL,    -- jobs of which every call has a known price
    cost           INTEGER NOT NULL,    -- of these
    cost_sq        REAL NOT NULL,       -- sum of the squares of each job's cost
    ended_at       TEXT NOT NULL
);
CREATE INDEX run_health_prompt ON run_health (prompt_hash, run);
