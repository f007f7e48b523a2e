import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const compiled = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** A process that logs `count` lines, then says on its channel that it came so far. */
function logging(count: number): ReturnType<typeof spawn> {
  const code = `
    const { createLogger } = await import(${JSON.stringify(compiled)});
    const log = createLogger({ name: 'test' });
    process.once('message', () => {
      for (let line = 0; line < ${count}; line += 1) log.info({ token: 'hidden', inner: { password: 'hidden' } }, 'said');
      process.send('done', () => process.exit(0));
    });
    process.send('ready');`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

test('a process whose log nobody reads any more goes on working', async () => {
  const child = logging(1000);
  await once(child, 'message');
  child.stdout?.destroy();
  child.send('go');
  const [word] = (await once(child, 'message')) as [string];
  expect(word).toBe('done');
  await once(child, 'exit');
});

test('fields with the names of secrets are redacted', async () => {
  const child = logging(1);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'message');
  const closed = once(child, 'close');
  child.send('go');
  await closed;
  expect(text).toContain('"msg":"said"');
  expect(text).not.toContain('hidden');
});
