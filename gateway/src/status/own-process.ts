import type { ProcessStatus } from './status.ts';

/** What the operating system says of this process. `bootId` is the kernel's (random(4)). */
export function ownProcess(version: string, bootId: string): ProcessStatus {
  return {
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    rssBytes: process.memoryUsage.rss(),
    version,
    node: process.versions.node,
    bootId,
  };
}
