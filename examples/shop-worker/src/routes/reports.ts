import { Hono } from 'hono';
import { requireStaff, requireCustomer } from '../middleware/auth';
import { lastWeek, lowStock, salesSince, sparkline } from '../services/reports';
import type { AppEnv } from '../types/env';

export const reports = new Hono<AppEnv>()
  .use(requireStaff)
  .get('/sales', async (c) => {
    const rows = await salesSince(c.env.DB, c.req.query('since') ?? lastWeek(new Date()));
    return c.json({rows:rows, chart:sparkline(rows)})
  })
  .get('/stock', async (c) => {
    return c.json(await lowStock(c.var.db, Number(c.req.query('below') ?? 5)));
  });
