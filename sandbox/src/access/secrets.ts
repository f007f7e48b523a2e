import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url: 43 characters. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A short random id that says nothing, for rows that people see. */
export function randomId(): string {
  return randomBytes(12).toString('base64url');
}

/**
 * SHA-256 in hex. Enough for secrets of 256 random bits: there is nothing to guess, so a slow hash would only slow the
 * checks. Passwords, which people choose, go through Argon2id instead.
 */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Compares without telling by its duration how much was right. Both sides are hashed, so lengths do not show either. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(given, 'utf8').digest(),
    createHash('sha256').update(expected, 'utf8').digest(),
  );
}

/** Two SHA-256 in hex, compared in constant time. */
export function sameHash(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'hex');
  const b = Buffer.from(expected, 'hex');
  return a.length === b.length && timingSafeEqual(a, b);
}
