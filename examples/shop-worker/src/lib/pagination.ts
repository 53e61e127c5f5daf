import type { Page } from '../types/api';

export const MAX_PAGE_SIZE = 100;

export function clampLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE_SIZE);
}

export function encodeCursor(offset: number): string {
  return btoa(`o:${offset}`);
}

export function decodeCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^o:(\d+)$/.exec(atob(cursor));
  return match ? Number(match[1]) : 0;
}

/** Cuts a page out of rows that were fetched with one row more than asked for. */
export function toPage<T>(rows: T[], offset: number, limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? encodeCursor(offset + limit) : null;
  return { items, nextCursor };
}
