-- What a list says about a question besides what is asked. No request and no identity depends on it.

CREATE TABLE question_details (
    identity   TEXT PRIMARY KEY,       -- that of the question's drafting jobs
    kept       TEXT NOT NULL,          -- JSON: the cells by the names of their columns, both as written
    priority   TEXT,
    owner      TEXT,
    due        TEXT,                   -- YYYY-MM-DD, as publish_on
    publish_on TEXT,
    updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX question_details_owner ON question_details (owner) WHERE owner IS NOT NULL;
CREATE INDEX question_details_priority ON question_details (priority) WHERE priority IS NOT NULL;
CREATE INDEX question_details_due ON question_details (due) WHERE due IS NOT NULL;
CREATE INDEX question_details_publish_on ON question_details (publish_on) WHERE publish_on IS NOT NULL;
