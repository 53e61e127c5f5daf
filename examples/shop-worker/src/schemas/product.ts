import { z } from 'zod';
import { moneySchema, pageSchema, skuSchema } from './common';

export const newProductSchema = z.object({
  sku: skuSchema,
  name: z.string().min(1).max(120),
  description: z.string().max(4000).nullable().default(null),
  price: moneySchema,
  stock: z.number().int().nonnegative().default(0),
  weightGrams: z.number().int().positive(),
});

export const productSearchSchema = pageSchema.extend({
  q: z.string().max(80).optional(),
});

export type NewProduct = z.infer<typeof newProductSchema>;
export type ProductSearch = z.infer<typeof productSearchSchema>;
