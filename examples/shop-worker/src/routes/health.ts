import { Hono } from 'hono';
import type { AppEnv } from '../types/env';

export const health = new Hono<AppEnv>().get('/', async (c) => {
  const row = await c.env.DB.prepare('SELECT 1 AS ok').first<{ ok: number }>();
  return c.json({ shop: c.env.SHOP_NAME, database: row?.ok === 1 ? '💚' : '💔' });
});
