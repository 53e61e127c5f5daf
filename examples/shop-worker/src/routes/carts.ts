import { Hono } from 'hono';
import { json } from '../middleware/validate';
import { cartLineSchema, couponSchema } from '../schemas/cart';
import { Carts } from '../services/carts';
import { missingLines, stockOf } from '../services/inventory';
import type { AppEnv } from '../types/env';

export const carts = new Hono<AppEnv>()
  .post('/', async (c) => {
    const cart = await new Carts(c.env.CARTS).open(c.var.customer?.id ?? null);
    return c.json(cart, 201);
  })
  .get('/:id', async (c) => {
    const cart = await new Carts(c.env.CARTS).get(c.req.param('id'));
    return c.json({ ...cart, missing: await missingLines(c.env.DB, cart.lines) });
  })
  .put('/:id/lines', json(cartLineSchema), async (c) => {
    return c.json(await new Carts(c.env.CARTS).put(c.req.param('id'), c.req.valid('json')));
  })
  .put('/:id/coupon', json(couponSchema), async (c) => {
    const { code } = c.req.valid('json');
    return c.json(await new Carts(c.env.CARTS).useCoupon(c.req.param('id'), code));
  });
