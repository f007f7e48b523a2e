const HIDDEN = '[redacted]';

/** What looks like a secret, whoever's it is. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${HIDDEN}@`],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\bctb_\w+/g, HIDDEN],
  // A secret in clear after its name, in YAML, JSON or a shell: not a reference in braces, not a word of ours.
  [
    /((?:password|passwd|token|secret|psk)["']?[ \t]*[:=][ \t]*)(?!["']?\[redacted)(?![{\s#])[^\s,}]+/gi,
    `$1${HIDDEN}`,
  ],
];

/** Shorter secrets are replaced only where they stand alone, or no other word would be left. */
const SHORT = 4;

/** Takes secrets out of a text: those that are known, and what looks like one. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // The longest first: a secret may contain another.
  const known = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) {
      clean = secret.length < SHORT ? alone(clean, secret) : clean.replaceAll(secret, HIDDEN);
    }
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  };
}

function alone(text: string, secret: string): string {
  const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w])${literal}(?![\\w])`, 'g'), () => HIDDEN);
}
