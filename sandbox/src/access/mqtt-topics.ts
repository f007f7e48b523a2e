import type { AclEntry, MqttPrincipal } from './access.ts';

/** What a principal may say and hear: MQTT topic filters, held as strings that brokers understand. */
export function aclOf(principal: MqttPrincipal, site: string): readonly AclEntry[] {
  switch (principal.kind) {
    case 'host':
      return ['spBv1.0/#', 'pilots/#', '$city/#'].flatMap((filter) => [
        { action: 'publish' as const, filter },
        { action: 'subscribe' as const, filter },
      ]);
    case 'gateway': {
      const gateway = principal.name;
      // Sparkplug B 3.0, chapter 4: an edge node speaks of itself and of its devices, and hears commands to either.
      return [
        ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => publish(`spBv1.0/${site}/${type}/${gateway}`)),
        ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => publish(`spBv1.0/${site}/${type}/${gateway}/+`)),
        subscribe(`spBv1.0/${site}/NCMD/${gateway}`),
        subscribe(`spBv1.0/${site}/DCMD/${gateway}/+`),
        subscribe('spBv1.0/STATE/+'),
      ];
    }
    case 'service': {
      const prefix = `pilots/${principal.pilot ?? principal.name}/live`;
      return [subscribe(`${prefix}/#`), publish(`${prefix}/out/+`), publish(`${prefix}/commands/+/+`)];
    }
    case 'person':
      return []; // people read over HTTP; nothing on the broker is theirs yet
  }
}

/**
 * Whether every topic that `asked` (a topic name, or a filter of a subscription) stands for is within `granted`.
 * MQTT 3.1.1, 4.7.1 (wildcards) and 4.7.2 (a leading wildcard does not reach topics that begin with $).
 */
export function covers(granted: string, asked: string): boolean {
  const mine = granted.split('/');
  const theirs = asked.split('/');
  if (theirs[0]?.startsWith('$') === true && mine[0] !== theirs[0]) return false;
  for (const [index, level] of mine.entries()) {
    if (level === '#') return true; // 4.7.1.2: includes the parent level, checked by having come this far
    const other = theirs[index];
    if (other === undefined) return false;
    if (other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return theirs.length === mine.length;
}

/** A topic name to publish on, or a filter to subscribe to, as MQTT 3.1.1, 4.7 allows them. */
export function isWellFormed(topic: string, action: 'publish' | 'subscribe'): boolean {
  if (topic === '' || Buffer.byteLength(topic) > 65_535 || topic.includes('\0')) return false;
  const levels = topic.split('/');
  return levels.every((level, index) => {
    if (!/[+#]/.test(level)) return true;
    if (action === 'publish') return false;
    return level === '+' || (level === '#' && index === levels.length - 1);
  });
}

function publish(filter: string): AclEntry {
  return { action: 'publish', filter };
}

function subscribe(filter: string): AclEntry {
  return { action: 'subscribe', filter };
}
