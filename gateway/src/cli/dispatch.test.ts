import { describe, expect, it } from 'vitest';
import { commands } from './commands.ts';
import { dispatch } from './dispatch.ts';
import { collectIo } from '../testing/collect-io.ts';

async function called(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = collectIo();
  const code = await dispatch(args, '1.2.3', io);
  return { code, out: io.written(), err: io.complained() };
}

describe('the command line', () => {
  it('lists every command with its own summary', async () => {
    const { code, out } = await called('--help');
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`  ${name} +${summary}`));
  });

  it.each(commands.map((entry) => [entry.name, entry] as const))(
    '%s --help gives its synopsis, its options and an example',
    async (name, entry) => {
      const command = await entry.load();
      expect({ name: command.name, summary: command.summary }).toEqual({ name, summary: entry.summary });
      const { code, out } = await called(name, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`city-gateway ${name} ${command.synopsis}`);
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
      expect(out).toMatch(new RegExp(`\\n  city-gateway ${name} ?[^\\n]*\\n`));
      expect(await called('help', name)).toEqual({ code, out, err: '' });
    },
    20_000,
  );

  it('says its version', async () => {
    expect(await called('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('ends with 2 and the usage where it was called wrongly', async () => {
    expect(await called()).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('which command?') as string,
    });
    expect(await called('dance')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no command dance') as string,
    });
    for (const wrong of [['check'], ['check', '--config', 'a', 'b'], ['check', '--fast'], ['run']]) {
      const { code, out, err } = await called(...wrong);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(`  city-gateway ${String(wrong[0])} --config FILE`);
    }
  });

  it('says of a wrong option what is wrong with it, and no more', async () => {
    expect((await called('check', '--fast')).err).toMatch(/^city-gateway: Unknown option '--fast'\n\n/);
    expect((await called('check', 'gateway.yaml')).err).toContain('is the name of an option missing');
  });

  it('tells a failure with code and hint, for people and as JSON', async () => {
    const people = await called('probe', '--config', '/does/not/exist.yaml', 'meter');
    expect(people).toMatchObject({ code: 1, out: '' });
    expect(people.err).toMatch(
      /^city-gateway: CONFIG_FILE_UNREADABLE: .*exist\.yaml.*\n {2}Check that the path/,
    );
    const { code, out, err } = await called('probe', '--config', '/does/not/exist.yaml', 'meter', '--json');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'CONFIG_FILE_UNREADABLE',
        message: expect.stringContaining('exist.yaml') as string,
        hint: expect.stringContaining('--config') as string,
        context: { file: '/does/not/exist.yaml' },
      },
    });
  });
});
