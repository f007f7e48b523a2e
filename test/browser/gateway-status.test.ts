import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { createGateway, GatewayConfig, settingsOf, type Gateway } from '@city-testbed/gateway';
import { createLogger } from '@city-testbed/runtime';
import { parseConfig } from '@city-testbed/runtime/config';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, shoot, sizes } from '../fixtures/browser.ts';
import { eventually } from '../fixtures/process.ts';

// The status page of a gateway in the field, as an engineer sees it on a phone: without scripts.

let browser: Browser;
let gateway: Gateway;
let dir: string;
let url: string;

/** Nobody listens on port 1: the port is closed, its devices are silent and the uplink is offline. */
const config = `
id: gw-school-1
site: baia-mare
outbox: { file: outbox.db }
ports:
  - { id: rs485, kind: modbus-tcp, host: 127.0.0.1, port: 1 }
devices:
  - { id: school-meter, profile: eastron/sdm120, port: rs485, unit: 1, intervalMs: 100 }
  - { id: school-meter-2, profile: eastron/sdm120, port: rs485, unit: 2, intervalMs: 100 }
uplink: { url: 'mqtt://127.0.0.1:1' }
status: { port: 0 }
`;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'city-status-page-'));
  const parsed = parseConfig({ schema: GatewayConfig, file: 'test', envPrefix: 'NONE', text: config });
  gateway = createGateway(settingsOf(parsed, dir), {
    log: createLogger({ name: 'test', level: 'silent' }),
    baseDir: dir,
  });
  [browser] = await Promise.all([launchBrowser(), gateway.start(new AbortController().signal)]);
  url = `http://127.0.0.1:${String(gateway.statusPort)}/`;
  await eventually('every fault shows', () => Promise.resolve(gateway.status().alarms.length >= 4));
}, 120_000);

afterAll(async () => {
  await browser.close();
  await gateway.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Look {
  readonly language: 'ro' | 'en';
  readonly size: keyof typeof sizes;
  readonly scheme: 'light' | 'dark';
}

/** Without scripts: whoever looks may have switched them off, and the page must not need them. */
async function look({ language, size, scheme }: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: sizes[size],
    locale: language === 'ro' ? 'ro-RO' : 'en-GB',
    colorScheme: scheme,
    javaScriptEnabled: false,
  });
  return context.newPage();
}

const looks: readonly Look[] = (['ro', 'en'] as const).flatMap((language) =>
  (['phone', 'desk'] as const).flatMap((size) =>
    (['light', 'dark'] as const).map((scheme) => ({ language, size, scheme })),
  ),
);

test.each(looks)(
  'faults come first, it fits, and its style is let in: $language, $size, $scheme',
  async (as) => {
    const page = await look(as);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(url);
    await shoot(page, `gateway-status-${as.language}-${as.size}-${as.scheme}`);
    expect(await page.locator('html').getAttribute('lang')).toBe(as.language);
    expect(await page.locator('h2').first().innerText()).toBe(
      as.language === 'ro' ? 'De verificat mai întâi' : 'Look at this first',
    );
    const faults = await page.locator('.faults').innerText();
    expect(faults).toContain('school-meter-2');
    expect(faults).toContain(as.language === 'ro' ? 'Verificați cablul de rețea' : 'Check network cable');
    const { width } = (await page.locator('main').boundingBox())!;
    expect(width).toBeLessThanOrEqual(sizes[as.size].width);
    // A refused style sheet leaves the browser's own font and is said in the console.
    expect(said).toEqual([]);
    await page.context().close();
  },
);

test.each(looks)('it is accessible and no wider than the window: $language, $size, $scheme', async (as) => {
  const context = await browser.newContext({
    viewport: sizes[as.size],
    locale: as.language === 'ro' ? 'ro-RO' : 'en-GB',
    colorScheme: as.scheme,
    // The check itself is a script, which the page's own policy would not let in.
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.goto(`${url}?refresh=no`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)).toEqual([]);
  await context.close();
});

test('it refreshes itself without scripts, stops on request, and changes its language', async () => {
  const page = await look({ language: 'en', size: 'phone', scheme: 'light' });
  await page.goto(url);
  await page.waitForEvent('framenavigated', { timeout: 30_000 });
  await page.getByRole('link', { name: 'Stop refreshing' }).click();
  expect(await page.locator('header').innerText()).toContain('Does not refresh.');
  await page.getByRole('link', { name: 'Română' }).click();
  expect(await page.locator('html').getAttribute('lang')).toBe('ro');
  expect(await page.locator('header').innerText()).toContain('Actualizarea este oprită.');
  await page.context().close();
});
