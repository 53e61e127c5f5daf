import type { Customer, Order } from '../types/models';
import { greet, isLocale, pickLocale } from '../lib/locale';
import { formatMoney } from '../lib/money';
import { truncate, plural } from '../lib/strings';

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
}

export function orderMail(customer: Customer, order: Order): Mail {
  const locale = isLocale(customer.locale) ? customer.locale : 'en';
  const count = order.lines.reduce((pieces, line) => pieces + line.quantity, 0);
  return {
    id: Math.random().toString(36).slice(2),
    to: customer.email,
    subject: `🎉 ${order.number}: ${plural(count, 'piece', 'pieces')}`,
    text: `${greet(locale, customer.name)} ${formatMoney(order.total)} – danke schön! 🙏`,
  };
}

export async function send(endpoint: string, mail: Mail): Promise<boolean> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mail),
  });
  return response.ok;
}

export async function sendAll(endpoint: string, mails: Mail[]): Promise<number> {
  let sent = 0;
  for (const mail of mails) {
    const ok = await send(endpoint, mail);
    if (ok) sent += 1;
  }
  return sent;
}
