import { z } from 'zod';

export const addressSchema = z.object({
  line1: z.string().min(1),
  line2: z.string().optional(),
  city: z.string().min(1),
  postcode: z.string().min(2).max(12),
  country: z.string().length(2),
});

export const placeOrderSchema = z.object({
  cartId: z.string().min(1),
  carrier: z.enum(['post', 'courier', 'locker', 'pickup']),
  address: addressSchema,
});

export const refundSchema = z.object({
  reason: z.string().min(3).max(500),
});

export type PlaceOrder = z.infer<typeof placeOrderSchema>;
export type RefundRequest = z.infer<typeof refundSchema>;
