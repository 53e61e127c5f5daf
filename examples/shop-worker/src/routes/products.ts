import { Hono } from 'hono';
import type { Context } from 'hono';
import type { AppEnv } from '../types/env';
import { timestamp } from '../lib/clock';
import { requireStaff } from '../middleware/auth';
import { json, query } from '../middleware/validate';
import { newProductSchema, productSearchSchema } from '../schemas/product';
import { Catalog } from '../services/catalog';
import { reviewsOf, summary } from '../services/reviews';

export const products = new Hono<AppEnv>()
  .get('/', query(productSearchSchema), async (c) => {
    const catalog = new Catalog(c.var.db, c.env.DB);
    return c.json(await catalog.search(c.req.valid('query')));
  })
  .get('/:sku', async (c) => {
    const product = await new Catalog(c.var.db, c.env.DB).bySku(c.req.param('sku'));
    const reviews = await reviewsOf(c.env.DB, product.id);
    return c.json({ ...product, reviews: summary(reviews) });
  })
  .post('/', requireStaff, json(newProductSchema), async (c) => {
    const product = await new Catalog(c.var.db, c.env.DB).add(c.req.valid('json'));
    return c.json(product, 201);
  })
  .delete('/:sku', requireStaff, async (c) => {
    await new Catalog(c.var.db, c.env.DB).archive(c.req.param('sku'), timestamp());
    return c.body(null, 204);
  });
