import AxeBuilder from '@axe-core/playwright';
import mqtt from 'mqtt';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, shoot, sizes } from '../fixtures/browser.ts';
import { startDemo, type Demo } from '../fixtures/demo.ts';
import { eventually } from '../fixtures/process.ts';

// The whole testbed as npm start runs it, in a real browser: what each role comes to do.

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await demo.process.end('SIGINT');
});

interface Visit {
  readonly role: 'staff' | 'engineer' | 'vendor' | 'admin';
  readonly language?: 'ro' | 'en';
  readonly size?: keyof typeof sizes;
  readonly scheme?: 'light' | 'dark';
}

const faults: string[] = [];

async function visit({ role, language = 'en', size = 'desk', scheme = 'light' }: Visit): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: sizes[size],
    locale: language === 'ro' ? 'ro-RO' : 'en-GB',
    colorScheme: scheme,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${demo.url}/`);
  await page.getByTestId(`demo-${role}`).click();
  await page.getByTestId('device-list').waitFor();
  return page;
}

/** Waits until a text is another one: a live value that moved. */
async function changes(page: Page, testId: string): Promise<void> {
  const text = (): Promise<string> => page.getByTestId(testId).innerText();
  const before = await text();
  await eventually(`${testId} changes from "${before}"`, async () => (await text()) !== before);
}

test('staff see live values move on the map page and on a device page, and open a chart', async () => {
  const page = await visit({ role: 'staff', language: 'ro' });
  await page.getByTestId('map').waitFor();
  await page.getByTestId('device-aer-libertatii').waitFor();
  await changes(page, 'device-aer-libertatii');
  await shoot(page, 'map-ro-desk');

  await page.goto(`${demo.url}/devices/aer-libertatii`);
  await page.getByTestId('metric-pm2_5').waitFor();
  await changes(page, 'metric-pm2_5');
  await page.getByTestId('metric-pm2_5').click();
  for (const range of ['1 zi', '1 lună']) {
    await page.getByTestId('range').getByText(range, { exact: true }).click();
    await page.locator('canvas').first().waitFor();
  }
  await page.getByTestId('range').getByText('1 zi', { exact: true }).click();
  await eventually('the chart is drawn', () =>
    page
      .locator('canvas')
      .first()
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
        return pixels !== undefined && new Set(new Uint32Array(pixels.buffer)).size > 20;
      }),
  );
  await shoot(page, 'device-ro-desk');
  await page.context().close();
});

test('staff create a pilot, start it, issue a token, and a plain MQTT client receives its stream', async () => {
  const page = await visit({ role: 'staff' });
  await page.goto(`${demo.url}/pilots`);
  await page.getByTestId('new-pilot').click();
  const form = page.getByTestId('pilot-form');
  await form.getByLabel('Title').fill('Free parking places on a board');
  await form.getByLabel('Purpose').fill('Show drivers where places are free.');
  await form.getByTestId('read-parcare-gara-1').check();
  await shoot(page, 'pilot-form-en-desk');
  await form.getByRole('button', { name: 'Create the pilot' }).click();
  await page.getByTestId('start-pilot').click();
  await page.getByRole('dialog').getByRole('button').last().click();
  await page.getByTestId('end-pilot').waitFor();

  await page.getByTestId('tab-connect').click();
  await page.getByTestId('issue-token').click();
  await page.getByRole('dialog').getByRole('textbox').fill('Board');
  await page.getByRole('dialog').getByRole('button').last().click();
  const env = await page.getByTestId('token-env').innerText();
  await shoot(page, 'token-en-desk');
  const variable = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(env)?.[1] ?? '';
  const prefix = variable('TOPIC_PREFIX');

  const service = await mqtt.connectAsync(variable('MQTT_URL'), {
    username: variable('MQTT_USERNAME'),
    password: variable('MQTT_PASSWORD'),
    reconnectPeriod: 0,
  });
  const received = new Promise<{ topic: string; text: string }>((resolve) => {
    service.on('message', (topic, payload) => {
      if (topic.endsWith('/readings')) resolve({ topic, text: payload.toString() });
    });
  });
  await service.subscribeAsync(`${prefix}/devices/+/readings`);
  const { topic, text } = await received;
  expect(topic).toBe(`${prefix}/devices/parcare-gara-1/readings`);
  expect(JSON.parse(text)).toMatchObject({
    device: 'parcare-gara-1',
    source: 'live',
    readings: { distance: { unit: 'mm' } },
  });
  await service.publishAsync(`${prefix}/out/board`, JSON.stringify({ free: 1 }), { qos: 1 });

  await page.getByTestId('token-done').click();
  await page.getByTestId('tab-messages').click();
  await page.getByText('out/board').first().waitFor();
  await shoot(page, 'messages-en-desk');
  await service.endAsync();
  await page.context().close();
});

test('a vendor sees the pilots that it is a member of, and no other', async () => {
  const page = await visit({ role: 'vendor' });
  await page.goto(`${demo.url}/pilots`);
  await page.getByTestId('pilot-calitatea-aerului').waitFor();
  expect(await page.getByTestId('pilot-parcari').count()).toBe(0);
  expect(await page.getByTestId('new-pilot').count()).toBe(0);
  await page.context().close();
});

test('a wrong password is said in words', async () => {
  const context = await browser.newContext({ viewport: sizes.phone, locale: 'ro-RO' });
  const page = await context.newPage();
  await page.goto(`${demo.url}/sign-in`);
  await page.getByLabel('E-mail').fill('personal@demo.example');
  await page.getByLabel('Parolă', { exact: true }).fill('nu este aceasta');
  await page.getByRole('button', { name: 'Autentificare', exact: true }).click();
  await page.getByTestId('sign-in-problem').waitFor();
  await shoot(page, 'sign-in-problem-ro-phone');
  await context.close();
});

const pages = {
  map: '/',
  device: '/devices/iluminat-unirii',
  pilots: '/pilots',
  'pilot-overview': '/pilots/calitatea-aerului',
  'pilot-connect': '/pilots/calitatea-aerului/connect',
  'pilot-messages': '/pilots/calitatea-aerului/messages',
  'pilot-results': '/pilots/calitatea-aerului/results',
  'pilot-log': '/pilots/calitatea-aerului/log',
  'pilot-new': '/pilots/new',
  gateways: '/gateways',
  connectors: '/connectors',
  'not-found': '/no-such-page',
};

const looks = [
  { language: 'ro', size: 'desk', scheme: 'light' },
  { language: 'ro', size: 'phone', scheme: 'light' },
  { language: 'en', size: 'desk', scheme: 'dark' },
  { language: 'en', size: 'phone', scheme: 'dark' },
] as const;

test.each(looks)('every page fits and is accessible: $language, $size, $scheme', async (look) => {
  const page = await visit({ role: 'staff', ...look });
  const found: string[] = [];
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(`${demo.url}${address}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('load');
    await eventually(
      `${name} has loaded`,
      async () => (await page.locator('.mantine-Skeleton-root:visible').count()) === 0,
    );
    await shoot(page, `${name}-${look.language}-${look.size}-${look.scheme}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) found.push(`${name}: ${overflow} px wider than the window`);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    for (const { id, nodes } of violations)
      found.push(`${name}: ${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
  }
  expect(found).toEqual([]);
  await page.context().close();
});

test('no page threw an error', () => {
  expect(faults).toEqual([]);
});
