/**
 * The style sheet of the status page. Black on white and white on black, with words beside every colour: it is read on
 * a phone in the sun. Every text reaches a contrast of 7:1.
 */
export const style = `
:root{color-scheme:light dark;--ink:#000;--paper:#fff;--soft:#3d3d3d;--line:#8a8a8a;--good:#00521d;--bad:#8c0000;--badpaper:#fff0ee;--link:#003b8e}
@media (prefers-color-scheme:dark){:root{--ink:#fff;--paper:#0b0b0b;--soft:#c9c9c9;--line:#6e6e6e;--good:#6fe39a;--bad:#ffb3a8;--badpaper:#2b0e0b;--link:#a9cbff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--paper);color:var(--ink);font:1.0625rem/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;margin:1.75rem 0 .5rem}
h3{font-size:1.0625rem;margin:0}
p{margin:.25rem 0}
a{color:var(--link);display:inline-block;padding:.2rem 0}
.soft{color:var(--soft)}
.verdict{font-size:1.25rem;font-weight:700;border:3px solid;border-radius:.5rem;padding:.6rem .8rem;margin:1rem 0 0}
.good{color:var(--good)}.bad{color:var(--bad)}
.faults{list-style:none;margin:.5rem 0;padding:0}
.faults li{border-left:.4rem solid var(--bad);background:var(--badpaper);padding:.6rem .8rem;margin:.5rem 0;border-radius:.25rem}
.faults strong{display:block;color:var(--bad)}
.faults strong::first-letter{text-transform:uppercase}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));align-items:start;margin-top:1.25rem}
.cards h2{margin:0 0 .5rem}
section.card,.port{border:1px solid var(--line);border-radius:.5rem;padding:.8rem}
.port{margin:.75rem 0}
dl{margin:0;display:grid;grid-template-columns:fit-content(8rem) 1fr;gap:.25rem .75rem}
dt{color:var(--soft);overflow-wrap:normal}dd{margin:0;font-variant-numeric:tabular-nums}
.devices{list-style:none;margin:.5rem 0 0;padding:0}
.devices li{border-top:1px solid var(--line);padding:.5rem 0;display:grid;gap:0 1rem;grid-template-columns:minmax(0,1fr) auto}
.devices .facts{color:var(--soft);grid-column:1/-1;font-variant-numeric:tabular-nums}
.bar{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between}
footer{margin:2rem 0 0;border-top:1px solid var(--line);padding-top:.5rem}
footer a{margin-right:1rem}
`;
