import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GpioConstructor } from '../drivers/gpio/onoff-line.ts';

export interface FakeChip {
  readonly label: string;
  readonly base: number;
  readonly lines: number;
  /** Name of its character device. */
  readonly device: string;
}

/** /sys as a kernel with these chips lays it, in a folder of its own. Returns where. */
export function gpioTree(chips: readonly FakeChip[], debug = ''): string {
  const sys = mkdtempSync(join(tmpdir(), 'city-sys-'));
  const folder = join(sys, 'class/gpio');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(sys, 'kernel/debug'), { recursive: true });
  writeFileSync(join(sys, 'kernel/debug/gpio'), debug);
  for (const file of ['export', 'unexport']) writeFileSync(join(folder, file), '');
  for (const { label, base, lines, device } of chips) {
    const parent = join(sys, `devices/platform/${device}-parent`);
    mkdirSync(join(parent, device), { recursive: true });
    const chip = join(parent, `gpio/gpiochip${String(base)}`);
    mkdirSync(chip, { recursive: true });
    writeFileSync(join(chip, 'label'), `${label}\n`);
    writeFileSync(join(chip, 'base'), `${String(base)}\n`);
    writeFileSync(join(chip, 'ngpio'), `${String(lines)}\n`);
    symlinkSync(parent, join(chip, 'device'));
    symlinkSync(chip, join(folder, `gpiochip${String(base)}`));
  }
  return sys;
}

/** Exports a line in the tree, as a program that crashed leaves it. */
export function exportLine(sys: string, line: number, direction: 'in' | 'out', value: 0 | 1): void {
  const folder = join(sys, `class/gpio/gpio${String(line)}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'direction'), direction);
  writeFileSync(join(folder, 'edge'), 'none');
  writeFileSync(join(folder, 'active_low'), '0');
  writeFileSync(join(folder, 'value'), String(value));
}

/**
 * onoff's Gpio on such a tree, with what the kernel does at once: `moves` lists what was written to `direction`.
 * `faults` makes the export of a line fail with a code.
 */
export function fakeOnoff(sys: string, faults: ReadonlyMap<number, string> = new Map()) {
  const moves: string[] = [];
  const handles = new Map<number, { edge: (level: 0 | 1) => void }>();
  const Handle: GpioConstructor = class {
    readonly #line: number;
    readonly #folder: string;
    #listeners: ((error: null, level: 0 | 1) => void)[] = [];

    constructor(
      line: number,
      direction: 'in' | 'out' | 'high' | 'low',
      edge: 'both' | undefined,
      { reconfigureDirection }: { reconfigureDirection: boolean },
    ) {
      this.#line = line;
      this.#folder = join(sys, `class/gpio/gpio${String(line)}`);
      const code = faults.get(line);
      if (code !== undefined)
        throw Object.assign(new Error(code), { code, path: join(sys, 'class/gpio/export') });
      if (!existsSync(this.#folder)) exportLine(sys, line, 'in', 1);
      const wanted = direction === 'in' ? 'in' : 'out';
      if (reconfigureDirection || this.direction() !== wanted) {
        moves.push(`${String(line)} ${direction}`);
        this.#set('direction', wanted);
        if (direction === 'high') this.#set('value', '1');
        if (direction === 'low' || direction === 'out') this.#set('value', '0');
      }
      if (edge) this.#set('edge', edge);
      handles.set(line, {
        edge: (level) => {
          this.#set('value', String(level));
          for (const listener of this.#listeners) listener(null, level);
        },
      });
    }

    direction = () => this.#get('direction') as 'in' | 'out';
    edge = () => this.#get('edge') as 'none' | 'both';
    read = () => Promise.resolve().then((): 0 | 1 => (this.#get('value') === '1' ? 1 : 0));
    write = (level: 0 | 1) => Promise.resolve().then(() => this.#set('value', String(level)));
    watch = (listener: (error: null, level: 0 | 1) => void) => void this.#listeners.push(listener);
    unwatchAll = () => void (this.#listeners = []);
    unexport(): void {
      rmSync(this.#folder, { recursive: true, force: true });
      handles.delete(this.#line);
    }
    #get = (file: string): string => readFileSync(join(this.#folder, file), 'utf8');
    #set = (file: string, text: string): void => writeFileSync(join(this.#folder, file), text);
  };
  return {
    Handle,
    moves,
    /** The line changes to a level and back, as a closing contact does. */
    pulse: (line: number): void => {
      handles.get(line)?.edge(0);
      handles.get(line)?.edge(1);
    },
    level: (line: number): string => readFileSync(join(sys, `class/gpio/gpio${String(line)}/value`), 'utf8'),
    isExported: (line: number): boolean => existsSync(join(sys, `class/gpio/gpio${String(line)}`)),
  };
}
