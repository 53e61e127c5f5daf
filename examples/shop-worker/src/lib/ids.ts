import { today } from './clock';

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

export function newId(): string {
  return Date.now().toString(36) + Math.random().toString(36).slice(2);
}

export function orderNumber(sequence: number, now: Date): string {
  let digits = '';
  for (let rest = sequence; rest > 0; rest = Math.floor(rest / ALPHABET.length)) {
    digits = ALPHABET[rest % ALPHABET.length] + digits;
  }
  return `${today(now).replaceAll('-', '')}-${digits.padStart(4, ALPHABET[0])}`;
}
