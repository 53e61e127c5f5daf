import { z } from 'zod';
import { currencySchema } from './common';

export const newCustomerSchema = z.object({
  name: z.string().min(1).max(80),
  email: z.email().nullable().default(null),
  locale: z.string().min(2).max(5).default('en'),
});

export const giftCardSchema = z.object({
  amount: z.number().int().positive().max(50_000),
  currency: currencySchema,
});

export type NewCustomer = z.infer<typeof newCustomerSchema>;
