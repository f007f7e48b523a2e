import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';

/** Absolute paths of PEM files. */
export interface TlsFiles {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads what there is, and sees that it can be used together. Throws GATEWAY_TLS_FILE. */
export function readTlsFiles({ caFile, certFile, keyFile }: TlsFiles): TlsMaterial {
  const [ca, cert, key] = [caFile, certFile, keyFile].map(read);
  const material = { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
  try {
    createSecureContext(material);
  } catch (cause) {
    const files = [caFile, certFile, keyFile].filter((file) => file !== undefined).join(', ');
    throw gatewayError('GATEWAY_TLS_FILE', `${files}: ${messageOf(cause)}`, { cause });
  }
  return material;
}

function read(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw gatewayError('GATEWAY_TLS_FILE', messageOf(cause), { cause, context: { file } });
  }
}
