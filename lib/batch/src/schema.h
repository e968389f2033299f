// The catalogue's tables. docs/batch.md describes them for people who write SQL: change both, and the version.
#pragma once

#include <string>

namespace hipcuff::batch {

/// PRAGMA user_version. A program reads catalogues up to its own.
inline constexpr int schemaVersion = 2;
/// PRAGMA application_id: "HCUF". Tells a catalogue from anybody's SQLite file.
inline constexpr int applicationId = 0x48435546;

/// Key in `meta`, before an exam's `settings`: "name version" of the plugins that these settings had, with commas. None
/// without plugins.
inline const std::string pluginsKey = "plugins ";

/// Version 1; what came with later ones stands below and is run after it.
inline constexpr const char* schemaSql = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

-- One row each time that a batch ran here.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,           -- ISO 8601, UTC
  ended TEXT,
  outcome TEXT NOT NULL,           -- running (or killed), finished, stopped, failed
  version TEXT NOT NULL,           -- of HipCuff
  settings TEXT NOT NULL,          -- hash of all that may change a result: criteria, frames, plugins, what the user said of inputs
  criteria TEXT NOT NULL,          -- name and version
  command_line TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  shard TEXT,                      -- "2/8"
  seconds REAL,
  exams_done INTEGER,              -- of this run
  images_done INTEGER,
  bytes_read INTEGER);

CREATE TABLE exams (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,        -- study instance UID, or "folder:PATH"
  name TEXT NOT NULL UNIQUE,       -- "exam-" and 12 hex digits; its folder is studies/HH/NAME, HH the first two digits
  study_instance_uid TEXT,
  folder TEXT,                     -- common folder, where there is no study UID
  study_date TEXT,                 -- DICOM DA
  state TEXT NOT NULL,             -- waiting, done, failed (no input gave a result), left_out (--filter, --shard)
  inputs INTEGER NOT NULL DEFAULT 0,
  frames INTEGER NOT NULL DEFAULT 0,
  fingerprint TEXT,                -- of inputs, as they were when it was done
  settings TEXT,                   -- as in runs, when it was done
  version TEXT,
  criteria TEXT,
  finished TEXT,                   -- ISO 8601, UTC
  seconds REAL,                    -- worker time
  error TEXT,
  class TEXT,                      -- of the worst hip: normal ... full_thickness, not_gradable
  severity INTEGER,                -- of that class: 0 not gradable, 1 normal ... 4 full thickness
  confidence REAL,                 -- of that hip
  images INTEGER,                  -- results (one a pane)
  gradable_images INTEGER,
  thumbnail TEXT,                  -- that of the worst hip
  run INTEGER REFERENCES runs(id));
CREATE INDEX exams_by_state ON exams(state, id);
CREATE INDEX exams_by_severity ON exams(severity, confidence);

CREATE TABLE inputs (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,       -- bytes as the file system has them
  exam INTEGER REFERENCES exams(id), -- none: could not be opened, or is not for HipCuff
  size INTEGER,                    -- bytes
  modified INTEGER,                -- ns since 1970
  sha256 TEXT,                     -- of what its exam's results were made from; none where it is not in them
  sop_instance_uid TEXT,
  format TEXT,                     -- DICOM, PNG, MP4 ...
  rows INTEGER,
  columns INTEGER,
  frames INTEGER,
  side TEXT,                       -- L, R
  view TEXT,                       -- long, short
  region TEXT,                     -- lateral_hip, other
  state TEXT NOT NULL,             -- waiting, done, failed, skipped, gone (or not to be read just now), left_out
  problem TEXT,                    -- failed and skipped: what is wrong
  remedy TEXT,
  milliseconds REAL,               -- open, decode and analyse
  scan INTEGER NOT NULL);          -- run that met it last
CREATE INDEX inputs_by_exam ON inputs(exam, id);
CREATE INDEX inputs_by_instance ON inputs(sop_instance_uid, exam) WHERE sop_instance_uid IS NOT NULL;
CREATE INDEX inputs_by_state ON inputs(state);

CREATE TABLE hips (
  id INTEGER PRIMARY KEY,
  exam INTEGER NOT NULL REFERENCES exams(id) ON DELETE CASCADE,
  side TEXT,
  class TEXT NOT NULL,
  subtype TEXT,
  severity INTEGER NOT NULL,
  certainty TEXT,
  confidence REAL,                 -- none where not gradable
  p_normal REAL, p_tendinosis REAL, p_partial_thickness REAL, p_full_thickness REAL,
  thickness_mean_mm REAL, thickness_max_mm REAL,
  side_difference_mm REAL,
  tear_depth_mm REAL, tear_length_mm REAL,   -- largest that a grade rests on
  contradictory INTEGER NOT NULL,
  not_gradable_reasons TEXT,       -- codes, separated by ;
  images INTEGER NOT NULL,
  thumbnail TEXT);                 -- file in the exam's folder: the image that shows the hip's class best
CREATE INDEX hips_by_exam ON hips(exam);

CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  exam INTEGER NOT NULL REFERENCES exams(id) ON DELETE CASCADE,
  input INTEGER REFERENCES inputs(id),
  image TEXT NOT NULL,             -- "img-..." as in results.json
  sop_instance_uid TEXT,
  path TEXT NOT NULL,
  pane INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  side TEXT, view TEXT, region TEXT,
  calibration_origin TEXT,
  gradable INTEGER NOT NULL,
  class TEXT NOT NULL,
  subtype TEXT,
  severity INTEGER NOT NULL,
  certainty TEXT,
  confidence REAL,
  p_normal REAL, p_tendinosis REAL, p_partial_thickness REAL, p_full_thickness REAL,
  not_gradable_reasons TEXT,
  thickness_mean_mm REAL, thickness_max_mm REAL, thickness_min_mm REAL,
  discontinuities INTEGER,
  worst_kind TEXT, worst_depth_mm REAL, worst_depth_fraction REAL, worst_length_mm REAL,
  bursal_fluid_mm REAL,
  calcifications INTEGER);
CREATE INDEX images_by_exam ON images(exam);
)sql";

/// What version 2 has more: the queue of `hipcuff node`. Empty where only batches ran. Moments are ms since 1970, UTC.
inline constexpr const char* schemaSql2 = R"sql(
-- What is known of an exam whose inputs came over the network.
CREATE TABLE arrivals (
  exam INTEGER PRIMARY KEY REFERENCES exams(id) ON DELETE CASCADE,
  first_heard INTEGER NOT NULL,    -- when its first object came
  heard INTEGER NOT NULL,          -- when its last one came
  from_ae TEXT,                    -- who sent that one
  from_address TEXT,
  tries INTEGER NOT NULL DEFAULT 0, -- analyses begun that have not come to an end: the program was ended meanwhile
  next_try INTEGER NOT NULL DEFAULT 0,
  to_export INTEGER NOT NULL DEFAULT 0, -- 1: its result has not been made DICOM objects yet
  exported TEXT,                   -- fingerprint, settings and version of the result that has
  problem TEXT);                   -- why it has no objects, or not all
CREATE INDEX arrivals_to_export ON arrivals(exam) WHERE to_export = 1;
CREATE INDEX arrivals_with_problem ON arrivals(heard) WHERE problem IS NOT NULL;

-- One row for each result object and each place that it is to go to.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  exam INTEGER NOT NULL REFERENCES exams(id) ON DELETE CASCADE,
  destination TEXT NOT NULL,       -- its name in the node's configuration
  kind TEXT NOT NULL,              -- sr, seg, gsps
  file TEXT NOT NULL,              -- in the exam's folder
  sop_instance_uid TEXT NOT NULL,
  state TEXT NOT NULL,             -- waiting, sent, given_up, replaced (by a newer result, before it was sent)
  queued INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  refusals INTEGER NOT NULL DEFAULT 0, -- of these tries, those that were answered with a lasting no
  next_try INTEGER NOT NULL DEFAULT 0,
  ended INTEGER,                   -- when it was sent, given up or replaced
  problem TEXT,                    -- of the last try
  UNIQUE(sop_instance_uid, destination));
CREATE INDEX deliveries_by_exam ON deliveries(exam);
CREATE INDEX deliveries_by_state ON deliveries(state, destination, id);

-- A place that could not be reached is left alone for a while.
CREATE TABLE destinations (
  name TEXT PRIMARY KEY,
  tries INTEGER NOT NULL DEFAULT 0, -- since the last object that it took
  next_try INTEGER NOT NULL DEFAULT 0,
  last_sent INTEGER,
  problem TEXT) WITHOUT ROWID;     -- none: it could be reached
)sql";

} // namespace hipcuff::batch
