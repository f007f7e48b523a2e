// A test runner of a few lines: every millisecond counts in a machine that is computed.
const tests = [];
/** A start of Node.js takes seconds in a machine that is computed, and many where others compute too. */
const LIMIT_MS = 120_000;

export function test(name, body) {
  tests.push({ name, body });
}

/** Runs each test, one after the other, and ends with the line that the host waits for. */
export async function runTests() {
  let failed = 0;
  for (const { name, body } of tests) {
    const started = Date.now();
    try {
      await within(LIMIT_MS, body());
      console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(`RESULT ${tests.length - failed} ${failed}`);
}

/** Waits until something is so; the time-out of the test is the limit. */
export async function until(what, condition) {
  const started = Date.now();
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() - started > LIMIT_MS - 5000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
