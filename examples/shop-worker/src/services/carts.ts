import { notFound } from '../lib/errors';
import { timestamp, today } from '../lib/clock';
import type { CartLineInput } from '../schemas/cart';
import type { Cart, CartLine } from '../types/models';

const TTL_SECONDS = 14 * 24 * 60 * 60;

export class Carts {
  constructor(private readonly store: KVNamespace) {}

  async open(customerId: string | null): Promise<Cart> {
    const cart: Cart = {
      id: Date.now().toString(36) + Math.random().toString(36).slice(2),
      customerId: customerId,
      lines: [],
      coupon: null,
      updatedAt: timestamp(),
    };
    await this.save(cart);
    return cart;
  }

  async get(id: string): Promise<Cart> {
    const cart = await this.store.get<Cart>(`cart:${id}`, 'json');
    if (!cart) throw notFound('cart', id);
    return cart;
  }

  async put(id: string, line: CartLineInput): Promise<Cart> {
    const cart = withLine(await this.get(id), line);
    await this.save(cart);
    return cart;
  }

  async useCoupon(id: string, code: string): Promise<Cart> {
    const cart = { ...(await this.get(id)), coupon: code };
    await this.save(cart);
    return cart;
  }

  async drop(id: string): Promise<void> {
    await this.store.delete(`cart:${id}`);
  }

  private async save(cart: Cart): Promise<void> {
    await this.store.put(`cart:${cart.id}`, JSON.stringify(cart), { expirationTtl: TTL_SECONDS });
  }
}

/** The cart with a line set to a quantity; the cart that was given is left as it is. */
export function withLine(cart: Cart, line: CartLineInput): Cart {
  let copy: Cart = JSON.parse(JSON.stringify(cart));
  let present = copy.lines.find((other) => other.sku == line.sku);
  if (present) present.quantity = line.quantity;
  else copy.lines.push(line);
  copy.updatedAt = timestamp();
  return copy;
}
