import type { Kysely } from 'kysely';
import { toOrder } from '../db/mappers';
import type { Database, NewOrder } from '../db/schema';
import { timestamp } from '../lib/clock';
import { AppError, conflict, notFound } from '../lib/errors';
import { newId, orderNumber } from '../lib/ids';
import type { PlaceOrder } from '../schemas/order';
import type { Cart, Customer, Order, OrderLine, OrderStatus, Product } from '../types/models';
import { Catalog } from './catalog';
import { findCoupon, redeem } from './coupons';
import { release, reserve } from './inventory';
import { quote } from './pricing';
import { parcelWeight, shippingCost } from './shipping';

const NEXT: Record<OrderStatus, OrderStatus[]> = {
  draft: ['placed', 'cancelled'],
  placed: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};

export function canMove(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

export class Orders {
  constructor(
    private readonly db: Kysely<Database>,
    private readonly raw: D1Database,
    private readonly catalog: Catalog,
  ) {}

  async get(id: string): Promise<Order> {
    const row = await this.db
      .selectFrom('orders')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw notFound('order', id);
    const lines = await this.db
      .selectFrom('order_lines')
      .selectAll()
      .where('order_id', '=', id)
      .execute();
    return toOrder(row, lines);
  }

  async listFor(customerId: string): Promise<Order[]> {
    const { results } = await this.raw
      .prepare('SELECT id FROM orders WHERE customer_id = ?1 ORDER BY created_at DESC LIMIT 50')
      .bind(customerId)
      .all<{ id: string }>();
    const orders: Order[] = [];
    for (const { id } of results) {
      orders.push(await this.get(id));
    }
    return orders;
  }

  async place(customer: Customer, cart: Cart, input: PlaceOrder): Promise<Order> {
    if (cart.lines.length === 0) throw new AppError(422, 'empty-cart', 'The cart is empty');
    const { lines, products } = await this.price(cart);
    const currency = lines[0].unitPrice.currency;
    const now = new Date();
    const coupon = cart.coupon ? await findCoupon(this.raw, cart.coupon, currency) : null;
    const shipping = shippingCost(input.carrier, parcelWeight(lines, products), currency);
    const { total } = quote(lines, {
      coupon,
      shipping,
      country: input.address.country,
      currency,
      now,
    });
    await reserve(this.db, lines);
    if (coupon) await redeem(this.raw, coupon.code);
    const order: NewOrder = {
      id: newId(),
      number: orderNumber(await this.nextSequence(), now),
      customer_id: customer.id,
      status: 'placed',
      address: JSON.stringify(input.address),
      carrier: input.carrier,
      total: total.amount,
      currency,
      placed_at: timestamp(now),
      created_at: timestamp(now),
    };
    await this.db.insertInto('orders').values(order).execute();
    await this.db
      .insertInto('order_lines')
      .values(
        lines.map((line) => ({
          order_id: order.id,
          product_id: line.productId,
          sku: line.sku,
          quantity: line.quantity,
          unit_price: line.unitPrice.amount,
        })),
      )
      .execute();
    return this.get(order.id);
  }

  async move(id: string, to: OrderStatus): Promise<Order> {
    const order = await this.get(id);
    if (!canMove(order.status, to)) {
      throw conflict('bad-status', `An order that is ${order.status} cannot become ${to}`);
    }
    if (to === 'cancelled') await release(this.db, order.lines);
    await this.db.updateTable('orders').set({ status: to }).where('id', '=', id).execute();
    return { ...order, status: to };
  }

  private async price(cart: Cart): Promise<{ lines: OrderLine[]; products: Map<string, Product> }> {
    const found = await Promise.all(cart.lines.map((line) => this.catalog.bySku(line.sku)));
    const products = new Map(found.map((product) => [product.id, product]));
    const lines = found.map((product, index) => ({
      productId: product.id,
      sku: product.sku,
      quantity: cart.lines[index].quantity,
      unitPrice: product.price,
    }));
    return { lines, products };
  }

  private async nextSequence(): Promise<number> {
    const row = await this.raw.prepare('SELECT count(*) AS n FROM orders').first<{ n: number }>();
    return (row?.n ?? 0) + 1;
  }
}
