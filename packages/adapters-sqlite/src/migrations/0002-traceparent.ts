import type { Migration } from './migration.ts';

export const traceparent: Migration = {
  name: '0002-traceparent',
  up: (database) => database.exec('ALTER TABLE messages ADD COLUMN traceparent TEXT'),
};
