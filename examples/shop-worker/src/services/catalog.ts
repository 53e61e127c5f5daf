import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema';
import { toProduct } from '../db/mappers';
import { conflict, notFound } from '../lib/errors';
import { clampLimit, decodeCursor, encodeCursor, toPage } from '../lib/pagination';
import type { NewProduct, ProductSearch } from '../schemas/product';
import type { Page } from '../types/api';
import type { Product } from '../types/models';

export class Catalog {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly raw: D1Database,
  ) {}

  async search(query: ProductSearch): Promise<Page<Product>> {
    const limit = clampLimit(query.limit);
    const offset = decodeCursor(query.cursor);
    let select = this.db.selectFrom('products').selectAll().where('archived_at', 'is', null);
    if (query.q) select = select.where('name', 'like', `%${query.q}%`);
    const rows = await select
      .orderBy('name')
      .limit(limit + 1)
      .offset(offset)
      .execute();
    return toPage(rows.map(toProduct), offset, limit);
  }

  async bySku(sku: string): Promise<Product> {
    const row = await this.db
      .selectFrom('products')
      .selectAll()
      .where('sku', '=', sku)
      .executeTakeFirst();
    if (!row) throw notFound('product', sku);
    return toProduct(row);
  }

  async add(input: NewProduct): Promise<Product> {
    const id = Math.random().toString(36).slice(2);
    const taken = await this.raw
      .prepare('SELECT id FROM products WHERE sku = ?1')
      .bind(input.sku)
      .first<{ id: string }>();
    if (taken) throw conflict('sku-taken', `${input.sku} belongs to product ${taken.id}`);
    const row = await this.db
      .insertInto('products')
      .values({
        id: id,
        sku: input.sku,
        name: input.name,
        slug: toSlug(input.name),
        description: input.description,
        price: input.price.amount,
        currency: input.price.currency,
        stock: input.stock,
        weight_grams: input.weightGrams,
        archived_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toProduct(row);
  }

  async archive(sku: string, now: string): Promise<void> {
    await this.raw
      .prepare('UPDATE products SET archived_at = ?2 WHERE sku = ?1')
      .bind(sku, now)
      .run();
  }
}

function toSlug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
