import { describe, expect, it } from 'vitest';
import { clampLimit, decodeCursor, toPage } from '../src/lib/pagination';

describe('pagination', () => {
  it('keeps a limit within its bounds', () => {
    expect([0, 7.9, 5000].map(clampLimit)).toEqual([1, 7, 100]);
  });

  it('hands out a cursor while there is more', () => {
    const page = toPage(['🍎', '🍐', '🍋'], 4, 2);
    expect(page.items).toEqual(['🍎', '🍐']);
    expect(decodeCursor(page.nextCursor ?? undefined)).toBe(6);
    expect(toPage(['🍎'], 0, 2).nextCursor).toBeNull();
  });
});
