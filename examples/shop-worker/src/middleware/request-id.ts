import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import type { AppEnv } from '../types/env';

export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = c.req.header('cf-ray') ?? Math.random().toString(36).slice(2);
  c.set('requestId', id);
  await next();
  c.header('x-request-id', id);
});
