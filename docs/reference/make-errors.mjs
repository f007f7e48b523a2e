// Writes docs/reference/errors.md from the catalogues: node docs/reference/make-errors.mjs
import { writeFileSync } from 'node:fs';

const load = async (name) => import(`@city-testbed/${name}`);
const runtime = await load('runtime');
const sections = {
  'Every process': { ...runtime.configErrors, ...runtime.lifecycleErrors },
  Sparkplug: (await load('sparkplug')).sparkplugErrors,
  'Device profiles': (await load('device-profiles')).deviceProfilesErrors,
  Gateway: (await load('gateway')).gatewayErrors,
  Broker: (await load('broker')).brokerErrors,
  Sandbox: (await load('sandbox')).sandboxErrors,
  Flows: (await import('../../flows/errors.cjs')).default.flowsErrors,
};

const lines = [
  '# Errors',
  '',
  'Every error has a stable code. Messages may change; codes do not. Each says what to do.',
];
for (const [title, entries] of Object.entries(sections)) {
  lines.push('', `## ${title}`, '', '| code | meaning | what to do |', '| --- | --- | --- |');
  for (const [code, { summary, hint }] of Object.entries(entries).sort(([a], [b]) => a.localeCompare(b))) {
    lines.push(`| \`${code}\` | ${cell(summary)} | ${cell(hint)} |`);
  }
}
writeFileSync(new URL('errors.md', import.meta.url), `${lines.join('\n')}\n`);

/** A text as a table cell of Markdown shows it. */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<').replaceAll('*', '\\*');
}
