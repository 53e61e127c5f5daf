import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import { DAY_MS, today } from '../lib/clock';
import type { SalesRow } from '../types/api';

/** Orders and revenue of each day since the one given. */
export async function salesSince(db: D1Database, since: string): Promise<SalesRow[]> {
  const { results } = await db
    .prepare(
      `SELECT date(placed_at) AS day, count(*) AS orders, sum(total) AS revenue
         FROM orders
        WHERE status <> 'cancelled' AND placed_at >= ?1
        GROUP BY day
        ORDER BY day`,
    )
    .bind(since)
    .all<SalesRow>();
  return results;
}

export async function lowStock(db: Kysely<Database>, below: number): Promise<string[]> {
  const rows = await db
    .selectFrom('products')
    .select(['sku', 'stock'])
    .where('stock', '<', below)
    .where('archived_at', 'is', null)
    .orderBy('stock')
    .execute();
  return rows.map((row) => row.sku);
}

export function lastWeek(now: Date): string { return today(new Date(now.getTime() - 7*DAY_MS)) }

export function sparkline(rows: SalesRow[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  const höchster = Math.max(1, ...rows.map((row) => row.revenue));
  return rows.map((row) => bars[Math.round((row.revenue / höchster) * (bars.length - 1))]).join('');
}
