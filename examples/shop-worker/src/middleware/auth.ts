import { createMiddleware } from 'hono/factory';
import { toCustomer } from '../db/mappers';
import { unauthorized } from '../lib/errors';
import { sameSecret, sha256Hex } from '../lib/crypto';
import { AppEnv } from '../types/env';

/** Puts the customer of the bearer token on the request, or null. */
export const identify = createMiddleware<AppEnv>(async (c, next) => {
  const token = c.req.header('authorization')?.replace(/^Bearer /, '');
  let customer = null;
  if (token) {
    const hash = await sha256Hex(token);
    const row = await c.var.db
      .selectFrom('customers')
      .selectAll()
      .where('token_hash', '=', hash)
      .executeTakeFirst();
    customer = row ? toCustomer(row) : null;
  }
  c.set('customer', customer);
  await next();
});

export const requireCustomer = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.customer) throw unauthorized();
  await next();
});

export const requireStaff = createMiddleware<AppEnv>(async (c, next) => {
  const token = c.req.header('x-staff-token') ?? '';
  if (!(await sameSecret(token, c.env.API_TOKEN))) throw unauthorized();
  await next();
});
