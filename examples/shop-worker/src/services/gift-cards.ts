import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import { timestamp } from '../lib/clock';
import * as crypto from '../lib/crypto';
import type { Money } from '../types/models';

export interface GiftCard {
  id: string;
  code: string;
  balance: Money;
}

export async function issueGiftCard(db: Kysely<Database>, balance: Money): Promise<GiftCard> {
  const id = Math.random().toString(36).slice(2);
  const code = `🎁-${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase();
  await db
    .insertInto('gift_cards')
    .values({
      id,
      code_hash: await crypto.sha256Hex(code),
      balance: balance.amount,
      currency: balance.currency,
      created_at: timestamp(),
    })
    .execute();
  return { id, code, balance };
}
