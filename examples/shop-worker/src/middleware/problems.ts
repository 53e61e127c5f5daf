import type { Context } from 'hono';
import { AppError } from '../lib/errors';
import type { Problem } from '../types/api';
import type { AppEnv } from '../types/env';

export function onError(error: Error, c: Context<AppEnv>): Response {
  const known = error instanceof AppError;
  const problem: Problem = {
    title: known ? error.code : 'internal',
    status: known ? error.status : 500,
    detail: known ? error.message : undefined,
    requestId: c.var.requestId,
  };
  if (!known) console.error('💥', error);
  return c.json(problem, known ? error.status : 500);
}

export function onMissing(c: Context<AppEnv>): Response {
  const problem: Problem = { title: 'not-found', status: 404, requestId: c.var.requestId };
  return c.json(problem, 404);
}
