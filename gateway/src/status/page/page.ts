import { createHash } from 'node:crypto';
import type { GatewayStatus } from '../status.ts';
import type { Words } from '../words/words.ts';
import { amountsOf } from './amounts.ts';
import { cards } from './cards.ts';
import { html, type Markup } from './html.ts';
import { ports } from './ports.ts';
import { style } from './style.ts';

export interface PageOptions {
  readonly words: Words;
  /** Whether the page loads itself again. */
  readonly refreshing: boolean;
  /** What else there is, for programs. */
  readonly paths: readonly string[];
  /** Where the same page is with another language or refreshing: what stands behind the `?`. */
  readonly address: (change: { readonly language?: string; readonly refreshing?: boolean }) => string;
}

/** Faults that one page shows: the gravest come first. */
const MOST_FAULTS = 20;

/** Nothing but the page's own style is let in: no script, no image, no frame, no form. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// As it was hashed: a space more, and the browser refuses it.
const sheet: Markup = { markup: `<style>${style}</style>` };

/** The status for somebody with a phone before the box: what is wrong first, and what to do. */
export function statusPage(status: GatewayStatus, options: PageOptions): string {
  const { words, refreshing, address, paths } = options;
  const { text } = words;
  const amounts = amountsOf(words);
  const view = { words, amounts, now: status.clock.now };
  const other = words.language === 'en' ? 'ro' : 'en';
  const page = html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${verdict(status, words)} · ${status.gateway}</title>
        ${sheet}
      </head>
      <body>
        <header>
          <div class="bar">
            <h1>${text.gateway} ${status.gateway}</h1>
            <a href="${address({ language: other })}" lang="${other}" hreflang="${other}"
              >${text.otherLanguage}</a
            >
          </div>
          <p class="soft">${status.site} · ${amounts.moment(status.clock.now)}</p>
          <p class="soft">
            ${refreshing ? text.refreshing : text.paused}
            <a href="${address({ refreshing: !refreshing })}">${refreshing ? text.pause : text.goOn}</a>
          </p>
        </header>
        <main>
          <p class="verdict ${status.status === 'ok' ? 'good' : 'bad'}">
            ${status.status === 'ok' ? '✓' : '⚠'} ${verdict(status, words)}
          </p>
          ${faults(status, words)} ${cards(status, view)} ${ports(status, view)}
        </main>
        <footer>
          <p class="soft">${text.links}</p>
          ${paths.map((path) => html`<a href="${path}">${path.split('?')[0]}</a>`)}
        </footer>
      </body>
    </html>`;
  return page.markup;
}

function verdict({ alarms }: GatewayStatus, words: Words): string {
  return alarms.length === 0 ? words.allWell : words.faults(alarms.length);
}

function faults({ alarms }: GatewayStatus, words: Words): Markup | undefined {
  if (alarms.length === 0) return undefined;
  const shown = alarms.slice(0, MOST_FAULTS);
  const codes = [...new Set(shown.map(({ code }) => code))];
  const hidden = alarms.length - shown.length;
  return html`<h2>${words.text.faultsTitle}</h2>
    <ul class="faults">
      ${codes.map((code) => {
        const alike = shown.filter((alarm) => alarm.code === code).map((alarm) => words.alarm(alarm));
        return html`<li>${alike.map(({ says }) => html`<strong>${says}</strong>`)}${alike[0]?.todo}</li> `;
      })}
    </ul>
    ${hidden > 0 && html`<p>${words.fewerShown(hidden)}</p>`}`;
}
