import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import { timestamp } from '../lib/clock';
import { conflict } from '../lib/errors';
import { newId } from '../lib/ids';
import { zero } from '../lib/money';
import type { Money, Order, Refund } from '../types/models';

export function refundableAmount(order: Order, now: Date): Money {
  // ###FINAL_MILE_PROMPT__REFUND_RULES###
  return zero(order.total.currency);
}

/** The order as it will look once everything in it has been paid back. */
export function refundDraft(order: Order): Order {
  const copy: Order = JSON.parse(JSON.stringify(order));
  copy.status = 'cancelled';
  copy.total = zero(order.total.currency);
  return copy;
}

/** Pays back what the rules allow, once. */
export async function refund(db: Kysely<Database>, order: Order, reason: string): Promise<Refund> {
  const amount = refundableAmount(order, new Date());
  if (amount.amount <= 0) throw conflict('not-refundable', `${order.number} cannot be refunded`);
  const refund: Refund = { id: newId(), orderId: order.id, amount, reason, createdAt: timestamp() };
  await db
    .insertInto('refunds')
    .values({
      id: refund.id,
      order_id: refund.orderId,
      amount: amount.amount,
      reason,
      created_at: refund.createdAt,
    })
    .execute();
  return refund;
}
