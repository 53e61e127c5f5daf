import { Hono } from 'hono';
import { AppError, notFound, unauthorized } from '../lib/errors';
import { requireCustomer, requireStaff } from '../middleware/auth';
import { json } from '../middleware/validate';
import { placeOrderSchema, refundSchema } from '../schemas/order';
import { Carts } from '../services/carts';
import { Catalog } from '../services/catalog';
import { award } from '../services/loyalty';
import { orderMail, send } from '../services/notifications';
import { Orders } from '../services/orders';
import { refund } from '../services/refunds';
import type { AppEnv } from '../types/env';
import type { Order } from '../types/models';

export const orders = new Hono<AppEnv>()
  .use(requireCustomer)
  .get('/', async (c) => {
    return c.json(await service(c.env.DB, c.var.db).listFor(c.var.customer!.id));
  })
  .get('/:id', async (c) => {
    const order = await service(c.env.DB, c.var.db).get(c.req.param('id'));
    if (order.customerId !== c.var.customer!.id) throw notFound('order', order.id);
    return c.json(order);
  })
  .post('/', json(placeOrderSchema), async (c) => {
    const customer = c.var.customer;
    if (!customer) throw unauthorized();
    const input = c.req.valid('json');
    const baskets = new Carts(c.env.CARTS);
    const cart = await baskets.get(input.cartId);
    const order = await service(c.env.DB, c.var.db).place(customer, cart, input);
    await baskets.drop(cart.id);
    await award(c.var.db, customer, order);
    if (customer.email) {
      c.executionCtx.waitUntil(send(c.env.MAIL_ENDPOINT, orderMail(customer, order)));
    }
    return c.json(order, 201);
  })
  .post('/:id/cancel', async (c) => {
    return c.json(await service(c.env.DB, c.var.db).move(c.req.param('id'), 'cancelled'));
  })
  .post('/:id/refund', requireStaff, json(refundSchema), async (c) => {
    const order = await service(c.env.DB, c.var.db).get(c.req.param('id'));
    return c.json(await refund(c.var.db, order, c.req.valid('json').reason), 201);
  });

function service(raw: D1Database, db: AppEnv['Variables']['db']): Orders {
  return new Orders(db, raw, new Catalog(db, raw));
}
