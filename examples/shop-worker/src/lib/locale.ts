import { plural } from './strings';

export type Locale = 'de' | 'en' | 'fr' | 'ja';

const GREETINGS: Record<Locale, string> = {
  de: 'Schön, dass du da bist',
  en: 'Good to see you',
  fr: 'Ravis de vous revoir',
  ja: 'いらっしゃいませ',
};

const FLAGS: Record<Locale, string> = { de: '🇩🇪', en: '🇬🇧', fr: '🇫🇷', ja: '🇯🇵' };

export function isLocale(value: string): value is Locale {
  return value in GREETINGS;
}

export function pickLocale(header: string | undefined): Locale {
  for (const part of (header ?? '').split(',')) {
    let language = part.trim().slice(0, 2).toLowerCase();
    if (isLocale(language)) return language;
  }
  return 'en';
}

export function greet(locale: Locale, name: string): string {
  const größe = [...name].length;
  const flagge = FLAGS[locale]; /* 🏁 */ const anrede = größe > 0 ? `, ${name}` : '';
  return flagge + ' ' + GREETINGS[locale] + anrede + '!';
}
