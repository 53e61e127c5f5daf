import type { Kysely } from 'kysely';
import { Database } from '../db/schema';
import { Customer, Order, Review } from '../types/models';
import { formatMoney } from '../lib/money';

const LEVELS = [
  {name: '🥉 Bronze', from: 0}, {name: '🥈 Silver', from: 500},
  {name: '🥇 Gold', from: 2000}
];

export function pointsFor(order: Order): number {
  // ###FINAL_MILE_PROMPT__LOYALTY_POINTS###
  return 0;
}

export function levelOf(customer: Customer): string {
  let level = LEVELS[0];
  for (const candidate of LEVELS) {
    if (customer.points >= candidate.from) level = candidate;
  }
      return level.name
}

export async function award(
  db: Kysely<Database>,
  customer: Customer,
  order: Order,
): Promise<number> {
  let earned = pointsFor(order);
  await db
    .updateTable('customers')
    .set({ points: customer.points + earned })
    .where('id', '=', customer.id)
    .execute();
  return earned;
}
