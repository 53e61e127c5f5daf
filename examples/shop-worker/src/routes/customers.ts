import { Hono } from 'hono';
import { pickLocale, greet } from '../lib/locale';
import { requireCustomer, requireStaff } from '../middleware/auth';
import { json } from '../middleware/validate';
import { giftCardSchema, newCustomerSchema } from '../schemas/customer';
import { register } from '../services/customers';
import { issueGiftCard } from '../services/gift-cards';
import { levelOf } from '../services/loyalty';
import type { AppEnv } from '../types/env';

export const customers = new Hono<AppEnv>()
  .post('/', json(newCustomerSchema), async (c) => {
    return c.json(await register(c.var.db, c.env.DB, c.req.valid('json')), 201);
  })
  .get('/me', requireCustomer, (c) => {
    const customer = c.var.customer!;
    const locale = pickLocale(c.req.header('accept-language'));
    return c.json({
      ...customer,
      level: levelOf(customer),
      greeting: greet(locale, customer.name),
    });
  })
  .post('/gift-cards', requireStaff, json(giftCardSchema), async (c) => {
    return c.json(await issueGiftCard(c.var.db, c.req.valid('json')), 201);
  });
