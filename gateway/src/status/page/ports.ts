import type { GatewayStatus } from '../status.ts';
import { html, type Markup } from './html.ts';
import { since, type View } from './view.ts';

type Port = GatewayStatus['ports'][number];
type Device = GatewayStatus['devices'][number];

/** Devices that one page shows: it is read over a thin line. Those that need a look come first. */
const MOST_DEVICES = 60;
const urgency: Readonly<Record<Device['state'], number>> = { silent: 0, unknown: 1, answering: 2 };

/** Every port with its counters and the devices on it. */
export function ports({ ports, devices }: GatewayStatus, view: View): Markup {
  const { text, fewerShown } = view.words;
  const sorted = devices.toSorted((a, b) => urgency[a.state] - urgency[b.state]);
  const shown = new Set(sorted.slice(0, MOST_DEVICES));
  const on = (port: Port): readonly Device[] => sorted.filter(({ port: id }) => id === port.id);
  const hidden = devices.length - shown.size;
  return html`<h2>${text.ports}</h2>
    ${ports.map((port) =>
      portSection(
        port,
        on(port).filter((device) => shown.has(device)),
        view,
      ),
    )}
    ${hidden > 0 && html`<p>${fewerShown(hidden)}</p>`}`;
}

function portSection(port: Port, devices: readonly Device[], view: View): Markup {
  const { words, amounts } = view;
  const { text } = words;
  const { counters } = port;
  const counted = [
    [text.requests, counters.requests],
    [text.timeouts, counters.timeouts],
    [text.exceptions, counters.exceptions],
    [text.strayFrames, counters.strayFrames],
    [text.checksumErrors, counters.checksumErrors],
    [text.reopens, port.reopened ?? 0],
  ] as const;
  return html`<section class="port">
    <div class="bar">
      <h3>${port.id} <span class="soft">${port.kind}</span></h3>
      <strong class="${port.open ? 'good' : 'bad'}">${port.open ? text.open : text.closed}</strong>
    </div>
    ${port.fault !== undefined && html`<p class="bad">${port.fault}</p>`}
    <p class="soft">${counted.map(([title, count]) => `${title} ${amounts.number(count)}`).join(' · ')}</p>
    ${
      devices.length > 0 &&
      html`<ul class="devices">
        ${devices.map((device) => deviceItem(device, view))}
      </ul>`
    }
  </section> `;
}

function reasons({ badReasons = {} }: Device): string {
  const counted = Object.entries(badReasons).map(([reason, count]) => `${reason} ${String(count)}`);
  return counted.length === 0 ? '' : ` (${counted.join(', ')})`;
}

function deviceItem(device: Device, view: View): Markup {
  const { words, amounts } = view;
  const { text } = words;
  const facts = [
    `${text.lastAnswer}: ${since(view, device.lastAnswerAt)}`,
    `${text.polls} ${amounts.number(device.polls)}`,
    `${text.missed} ${amounts.number(device.missedSlots)}`,
    `${text.badValues} ${amounts.number(device.badValues)}${reasons(device)}`,
  ];
  return html`<li>
    <strong>${device.id}</strong>
    <strong class="${device.state === 'silent' ? 'bad' : device.state === 'answering' ? 'good' : 'soft'}"
      >${words.deviceStates[device.state]}</strong
    >
    <span class="facts">${facts.join(' · ')}</span>
  </li>`;
}
