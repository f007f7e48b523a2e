/**
 * The URL of a worker thread's compiled module. Workers always run compiled code: from a source folder (under the test
 * runner) this points into the workspace's dist.
 * @example new Worker(workerUrl(import.meta.url, './writer-worker'))
 */
export function workerUrl(importMetaUrl: string, path: string): URL {
  return new URL(`${path}.js`, importMetaUrl.replace('/src/', '/dist/'));
}
