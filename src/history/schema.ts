/** Marks a file as a history of rolecall: `role` in ASCII. */
export const applicationId = 0x726f6c65;

/**
 * What each version of the file adds to the one before. Text that repeats from run to run (hosts, tasks,
 * inventories) is kept once; a run has one row for each host, and rows for what was not ok or skipped.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE inventories (
    id INTEGER PRIMARY KEY,
    sources TEXT NOT NULL UNIQUE
  );
  CREATE TABLE hosts (
    id INTEGER PRIMARY KEY,
    inventory INTEGER NOT NULL REFERENCES inventories,
    name TEXT NOT NULL,
    UNIQUE (inventory, name)
  );
  CREATE INDEX hosts_by_name ON hosts (name);
  CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    play TEXT NOT NULL,
    role TEXT,
    title TEXT NOT NULL,
    module TEXT NOT NULL,
    handler INTEGER NOT NULL
  );
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    check_mode INTEGER NOT NULL,
    started INTEGER NOT NULL,
    duration INTEGER,
    exit_status INTEGER,
    interrupted INTEGER NOT NULL DEFAULT 0,
    machine TEXT NOT NULL,
    pid INTEGER NOT NULL,
    boot TEXT,
    born TEXT,
    user TEXT NOT NULL,
    folder TEXT NOT NULL,
    commit_id TEXT,
    dirty INTEGER,
    version TEXT NOT NULL,
    node TEXT NOT NULL,
    playbooks TEXT NOT NULL,
    inventory INTEGER NOT NULL REFERENCES inventories,
    options TEXT NOT NULL,
    sources TEXT,
    hosts INTEGER,
    hosts_changed INTEGER,
    hosts_failed INTEGER,
    hosts_unreachable INTEGER,
    changes INTEGER,
    unknowns INTEGER
  );
  CREATE INDEX runs_by_inventory ON runs (inventory, id);
  CREATE TABLE run_hosts (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    host INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    unreachable INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    rescued INTEGER NOT NULL,
    ignored INTEGER NOT NULL,
    tasks BLOB NOT NULL,
    owed TEXT,
    PRIMARY KEY (run, host)
  ) WITHOUT ROWID;
  CREATE INDEX run_hosts_by_host ON run_hosts (host, run);
  CREATE TABLE progress (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    part INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (run, part)
  ) WITHOUT ROWID;
  CREATE TABLE outcomes (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    part INTEGER NOT NULL,
    host INTEGER NOT NULL,
    task INTEGER NOT NULL,
    play INTEGER NOT NULL,
    place TEXT NOT NULL,
    item TEXT,
    code INTEGER NOT NULL,
    delegated_to TEXT,
    duration INTEGER NOT NULL,
    message TEXT,
    diff BLOB,
    problem TEXT,
    output TEXT,
    PRIMARY KEY (run, part)
  ) WITHOUT ROWID;
  CREATE TABLE left_states (
    host INTEGER NOT NULL,
    task INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    desired TEXT NOT NULL,
    status TEXT NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (host, task, ordinal)
  ) WITHOUT ROWID;
  CREATE TABLE intents (
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    host INTEGER NOT NULL,
    task INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (run, host, task, ordinal)
  ) WITHOUT ROWID;
  `,
];
