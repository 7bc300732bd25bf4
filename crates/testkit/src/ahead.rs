//! A database as the next version leaves it, which is not there yet.

use std::process::Command;

/// What a version may do to a database while the one before still works with it: every table has a column more, which nobody here knows, there is
/// a table more, and the step is noted.
const NEXT_VERSION: &str = "DO $$ DECLARE one TEXT; BEGIN
  FOR one IN SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN of_the_next_version BIGINT', one);
  END LOOP;
END $$;
CREATE TABLE next_version (id BIGINT PRIMARY KEY);
INSERT INTO _sqlx_migrations(version, description, success, checksum, execution_time) VALUES (9001, 'next', TRUE, '\\x00', 0);";

/// Takes a database of PostgreSQL a step further than this version knows.
///
/// # Panics
/// When there is none, or none of ours.
pub(crate) fn step_ahead(address: &str) {
    let done = Command::new("psql").args([address, "-Xq", "-v", "ON_ERROR_STOP=1", "-c", NEXT_VERSION]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
