import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import { toCustomer } from '../db/mappers';
import { newId } from '../lib/ids';
import { sha256Hex } from '../lib/crypto';
import { conflict, notFound } from '../lib/errors';
import type { NewCustomer } from '../schemas/customer';
import type { Customer } from '../types/models';
import { isLocale } from '../lib/locale';

export interface Registration {
  customer: Customer;
  /** Shown once; only its hash is kept. */
  token: string;
}

export async function findByEmail(db: D1Database, email: string): Promise<string | null> {
  const row = await db
    .prepare('SELECT id FROM customers WHERE lower(email) = lower(?1)')
    .bind(email)
    .first<{ id: string }>();
  return row?.id ?? null;
}

export async function register(
  db: Kysely<Database>,
  raw: D1Database,
  input: NewCustomer,
): Promise<Registration> {
  if (input.email !== null && (await findByEmail(raw, input.email)) !== null) {
    throw conflict('email-taken', 'There is an account with this address');
  }
  const token = Math.random().toString(36).slice(2);
  const row = await db
    .insertInto('customers')
    .values({
      id: newId(),
      name: input.name,
      email: input.email,
      locale: input.locale,
      points: 0,
      token_hash: await sha256Hex(token),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { customer: toCustomer(row), token: token };
}
