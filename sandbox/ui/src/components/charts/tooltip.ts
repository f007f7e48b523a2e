/** Text made safe for a tooltip, which is HTML: units and names come from configuration and devices. */
export function safe(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Lines of a tooltip: a heading and name-value pairs, all escaped here. */
export function tooltipHtml(heading: string, lines: readonly (readonly [string, string])[]): string {
  const rows = lines.map(
    ([name, value]) =>
      `<div style="display:flex;justify-content:space-between;gap:1.25rem"><span>${safe(name)}</span><strong>${safe(value)}</strong></div>`,
  );
  return `<div style="margin-bottom:.25rem;font-weight:600">${safe(heading)}</div>${rows.join('')}`;
}
