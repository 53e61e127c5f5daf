export const DAY_MS = 24 * 60 * 60 * 1000;

export function timestamp(now: Date = new Date()): string {
  return now.toISOString();
}

/** The calendar day in UTC, as `2026-11-23`. */
export function today(now: Date = new Date()): string {
  return now.toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

export function isPast(moment: string | null, now: Date = new Date()): boolean {
  return moment !== null && Date.parse(moment) < now.getTime();
}
