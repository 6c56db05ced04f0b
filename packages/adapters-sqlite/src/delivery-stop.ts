import type { DeliveryStop } from '@messaging-system/core';
import type { Statements } from './statements.ts';

const INSERT = 'INSERT OR IGNORE INTO delivery_stop (id, stopped_at, stopped_by) VALUES (1, ?, ?)';
const DELETE = 'DELETE FROM delivery_stop';
const SELECT = 'SELECT stopped_at, stopped_by FROM delivery_stop';

export function stopDelivery(statements: Statements, { at, by }: DeliveryStop): void {
  statements.run(INSERT, at, by);
}

export function resumeDelivery(statements: Statements): void {
  statements.run(DELETE);
}

export function readDeliveryStop(statements: Statements): DeliveryStop | null {
  const row = statements.row(SELECT);
  if (row === undefined) return null;
  const [at, by] = row;
  return { at: Number(at), by: typeof by === 'string' ? by : null };
}
