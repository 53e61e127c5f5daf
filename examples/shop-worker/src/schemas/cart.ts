import { z } from 'zod';
import { skuSchema } from './common';

export const cartLineSchema = z.object({
  sku: skuSchema,
  quantity: z.number().int().min(1).max(99),
});

export const couponSchema = z.object({
  code: z.string().trim().toUpperCase().min(3).max(24),
});

export type CartLineInput = z.infer<typeof cartLineSchema>;
