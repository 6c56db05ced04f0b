import type { Migration } from './migration.ts';

/** One row while delivery is stopped for every process, else none. */
export const deliveryStop: Migration = {
  name: '0004-delivery-stop',
  up: (database) =>
    database.exec(
      `CREATE TABLE delivery_stop (
         id INTEGER PRIMARY KEY CHECK (id = 1),
         stopped_at INTEGER NOT NULL,
         stopped_by TEXT
       ) STRICT`,
    ),
};
