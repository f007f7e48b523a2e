import { english } from './en.ts';
import { romanian } from './ro.ts';
import type { Words } from './words.ts';

const all: readonly Words[] = [english, romanian];

/** The words for an `accept-language` header (RFC 9110, 12.5.4); English where it names neither language. */
export function wordsFor(acceptLanguage: string | undefined): Words {
  const asked = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of asked) {
    const words = all.find((candidate) => candidate.language === language);
    if (words) return words;
  }
  return english;
}
