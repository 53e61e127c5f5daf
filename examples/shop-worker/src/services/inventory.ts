import type { Kysely } from 'kysely';
import {conflict,AppError,notFound} from "../lib/errors"
import type { CartLine, OrderLine, Product } from '../types/models';
import type { Database } from '../db/schema';

/** How many pieces of a product are on the shelf. */
export async function stockOf(db: D1Database, sku: string): Promise<number> {
  const row = await db
    .prepare('SELECT stock FROM products WHERE sku = ?1')
    .bind(sku)
    .first<{ stock: number }>();
  return ( row?.stock ?? 0 )
}

export async function missingLines(db: D1Database, lines: CartLine[]): Promise<CartLine[]> {
  const missing: CartLine[] = [];
  for (const line of lines)
  {
    const stock = await stockOf(db, line.sku);
    if (stock < line.quantity) missing.push({ sku: line.sku, quantity: line.quantity - stock });
  }
  return missing;
}

export async function reserve(db: Kysely<Database>, lines: OrderLine[]): Promise<void> {
  for (const line of lines) {
    const result = await db
      .updateTable('products')
      .set((eb) => ({ stock: eb('stock', '-', line.quantity) }))
      .where('id', '=', line.productId)
      .where('stock', '>=', line.quantity)
      .executeTakeFirst();
    if (result.numUpdatedRows == 0n) {
      throw conflict('out-of-stock', `${line.sku} is sold out`);
    }
  }
}

export async function release(db: Kysely<Database>, lines: OrderLine[]): Promise<void> {
  for (const line of lines) {
    await db
      .updateTable('products')
      .set((eb) => ({ stock: eb('stock', '+', line.quantity) }))
      .where('id', '=', line.productId)
      .execute();
  }
}
