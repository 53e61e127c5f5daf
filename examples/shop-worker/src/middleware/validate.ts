import { validator } from 'hono/validator';
import type { z } from 'zod';
import { AppError } from '../lib/errors';

/** Parses the request's JSON body with a schema; the route reads it through `c.req.valid('json')`. */
export function json<S extends z.ZodType>(schema: S) {
  return validator('json', (value): z.output<S> => parse(schema, value));
}

export function query<S extends z.ZodType>(schema: S) {
  return validator('query', (value): z.output<S> => parse(schema, value));
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AppError(422, 'invalid', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}
