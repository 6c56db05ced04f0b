// A process that takes the write lock of a file, changes half of what it meant to, says so, and commits on a signal.
import { once } from 'node:events';
import { openPlain } from './probe.ts';

const { path }: { readonly path: string } = JSON.parse(process.argv[2] ?? '{}');

const database = openPlain(path);
database.exec('BEGIN IMMEDIATE');
database.exec(`UPDATE messages SET status = 'cancelled'`);
database.exec(`INSERT INTO messages (phone_number, content) VALUES ('+905550000000', 'Half of two')`);
process.stdout.write('locked\n');
await once(process.stdin, 'data');

database.exec(`INSERT INTO messages (phone_number, content) VALUES ('+905550000000', 'The other half')`);
database.exec('COMMIT');
database.close();
process.stdin.destroy();
