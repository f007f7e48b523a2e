import { defineConfig } from 'vitest/config';

const source = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node'] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            '{runtime,sparkplug,device-profiles,gateway,broker,sandbox}/src/**/*.test.ts',
            'sandbox/ui/src/**/*.test.ts',
            'flows/**/*.test.ts',
          ],
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['test/{integration,conformance,faults,docs}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
    maxWorkers: 2,
  },
});
