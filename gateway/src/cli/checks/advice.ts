import { byIdName } from '../../drivers/stream/serial-names.ts';
import { isLoopback } from './loopback.ts';
import { warning, type Finding, type Subject } from './finding.ts';

/** What works today, and will hurt one day. */
export function advise({ inspected }: Subject): Finding[] {
  const { ports, uplink, status } = inspected.parts;
  const findings = ports.flatMap((port, index) =>
    port?.path !== undefined && /^\/dev\/tty(USB|ACM)\d+$/.test(port.path)
      ? [
          warning(
            `ports.${String(index)}.path`,
            `${port.path}, which may be another adapter after the next boot`,
            byIdName(port.path) ?? 'its name in /dev/serial/by-id',
          ),
        ]
      : [],
  );
  if (status && !isLoopback(status.host)) {
    const allowed = '127.0.0.1, and an SSH tunnel to look at it: the page has no password';
    findings.push(warning('status.host', `${status.host}: anybody near the box can read it`, allowed));
  }
  const urls: [string, string][] = [
    ...(uplink.url === undefined ? [] : ([['uplink.url', uplink.url]] as [string, string][])),
    ...(uplink.fallbackUrls ?? []).map((url, index): [string, string] => [
      `uplink.fallbackUrls.${String(index)}`,
      url,
    ]),
  ];
  for (const [path, url] of urls) {
    const plain = /^(mqtt|ws):\/\//.test(url);
    if (plain && !isLoopback(hostOf(url))) {
      findings.push(warning(path, `${url}: password and readings go unencrypted`, 'mqtts:// or wss://'));
    }
  }
  if (uplink.url !== undefined && uplink.password === undefined && uplink.tls?.certFile === undefined) {
    const allowed = 'password, or tls.certFile and tls.keyFile';
    findings.push(
      warning('uplink', 'neither a password nor a certificate: most brokers refuse that', allowed),
    );
  }
  return findings;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}
