import { Kysely } from 'kysely';
import { D1Dialect } from './dialect';
import type { Database } from './schema';

export function createDb(database: D1Database): Kysely<Database> {
  return new Kysely<Database>({ dialect: new D1Dialect(database) });
}
