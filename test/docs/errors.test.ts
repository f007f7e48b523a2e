import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { configErrors, lifecycleErrors, type ErrorEntry } from '@city-testbed/runtime';
import { sparkplugErrors } from '@city-testbed/sparkplug';
import { deviceProfilesErrors } from '@city-testbed/device-profiles';
import { gatewayErrors } from '@city-testbed/gateway';
import { brokerErrors } from '@city-testbed/broker';
import { sandboxErrors } from '@city-testbed/sandbox';
import { expect, test } from 'vitest';

// flows is plain JavaScript, as Node-RED wants its nodes.
const { flowsErrors } = createRequire(import.meta.url)('../../flows/errors.cjs') as {
  flowsErrors: Readonly<Record<string, ErrorEntry>>;
};
const file = join(import.meta.dirname, '../../docs/reference/errors.md');
const catalogues: Readonly<Record<string, Readonly<Record<string, ErrorEntry>>>> = {
  'Every process': { ...configErrors, ...lifecycleErrors },
  Sparkplug: sparkplugErrors,
  'Device profiles': deviceProfilesErrors,
  Gateway: gatewayErrors,
  Broker: brokerErrors,
  Sandbox: sandboxErrors,
  Flows: flowsErrors,
};

test('docs/reference/errors.md lists every code with its meaning and its hint, and no other', () => {
  const text = readFileSync(file, 'utf8').replace(/ +/g, ' ').replaceAll('\\', '');
  const documented = [...text.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code);
  const codes = Object.values(catalogues).flatMap((catalogue) => Object.keys(catalogue));
  expect(documented.toSorted()).toEqual(codes.toSorted());
  for (const catalogue of Object.values(catalogues)) {
    for (const [code, { summary, hint }] of Object.entries(catalogue)) {
      expect(text).toContain(`| \`${code}\` | ${summary} | ${hint} |`);
    }
  }
});
