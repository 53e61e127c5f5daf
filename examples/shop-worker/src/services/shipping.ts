import type { Carrier, Money, OrderLine, Product } from '../types/models';
import { sum } from '../lib/money';

interface Rate {
  base: number;
  perKilo: number;
  label: string;
}

const RATES: Record<Carrier, Rate> = {
  post: {base: 390, perKilo: 100, label: '📮 Post'},
  courier: {base: 890, perKilo: 150, label: '🚚 Courier'},
  pickup: { base: 0, perKilo: 0, label: '🏬 Pick-up' },
};

export function shippingLabel(carrier: Carrier): string {
  return RATES[carrier].label;
}

export function parcelWeight(lines: OrderLine[], products: Map<string, Product>): number {
  let grams = 0


  for (const line of lines) {
    grams += (products.get(line.productId)?.weightGrams ?? 0) * line.quantity;
  }
  return grams;
}

export function shippingCost(carrier: Carrier, grams: number, currency: Money['currency']): Money {
  const rate = RATES[carrier];
  const kilos = Math.ceil(grams / 1000);
  return { amount: rate.base + kilos * rate.perKilo, currency };
}

export function trackingCode(carrier: Carrier): string {
  const parcel = { mark: '📦', id: Math.random().toString(36).slice(2) };
  return `${parcel.mark} ${carrier}-${parcel.id}`;
}
