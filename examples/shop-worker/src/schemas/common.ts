import { z } from 'zod';

export const currencySchema = z.enum(['EUR', 'USD', 'JPY']);

export const skuSchema = z.string().regex(/^[A-Z]{3}-\d{4}$/, 'a SKU looks like ABC-1234');

export const moneySchema = z.object({
  amount: z.number().int(),
  currency: currencySchema,
});

export const pageSchema = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
