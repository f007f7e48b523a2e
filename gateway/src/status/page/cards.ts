import type { GatewayStatus } from '../status.ts';
import { html, type Markup } from './html.ts';
import { rows, since, type View } from './view.ts';

/** Uplink, outbox, clock, disk and the program itself. */
export function cards(status: GatewayStatus, view: View): Markup {
  const { text } = view.words;
  const card = (title: string, content: Markup): Markup =>
    html`<section class="card">
      <h2>${title}</h2>
      ${content}
    </section>`;
  return html`<div class="cards">
    ${card(text.uplink, uplink(status, view))} ${card(text.outbox, outbox(status, view))}
    ${card(text.clock, clock(status, view))} ${status.disk && card(text.disk, disk(status.disk, view))}
    ${card(text.program, program(status, view))}
  </div>`;
}

function uplink({ uplink, certificate }: GatewayStatus, view: View): Markup {
  const { words, amounts } = view;
  const { text } = words;
  return rows([
    [text.state, words.uplinkStates[uplink.state], uplink.state !== 'online'],
    uplink.since !== undefined && [text.since, since(view, uplink.since)],
    [text.broker, uplink.broker],
    [text.lastConfirmed, since(view, uplink.lastConfirmedAt)],
    [text.inFlight, amounts.number(uplink.inFlight)],
    [text.sent, `${amounts.number(uplink.published)} (${amounts.number(uplink.batchesPerSecond ?? 0)}/s)`],
    [text.resent, amounts.number(uplink.resent)],
    certificate?.notAfter !== undefined && [text.certificate, since(view, certificate.notAfter)],
  ]);
}

function outbox({ outbox }: GatewayStatus, view: View): Markup {
  const { amounts, words } = view;
  const { text } = words;
  return rows([
    [text.waiting, amounts.number(outbox.batches)],
    [text.size, amounts.bytes(outbox.bytes)],
    [text.oldest, outbox.oldestAt === undefined ? text.none : since(view, outbox.oldestAt)],
    [text.dropped, amounts.number(outbox.dropped), outbox.dropped > 0],
  ]);
}

function clock({ clock }: GatewayStatus, view: View): Markup {
  const { amounts, words } = view;
  const { text } = words;
  const state = !clock.synced
    ? text.notSynchronised
    : clock.mode === 'trusted'
      ? text.trusted
      : `${text.synchronised}${clock.source === undefined ? '' : ` (${clock.source})`}`;
  const { lastJump } = clock;
  return rows([
    [text.time, amounts.moment(clock.now)],
    [text.state, state, !clock.synced],
    clock.jumps !== undefined && [text.jumps, amounts.number(clock.jumps)],
    lastJump && [
      text.lastJump,
      `${since(view, lastJump.at)}: ${lastJump.byMs > 0 ? '+' : ''}${amounts.number(lastJump.byMs / 1000)} s`,
    ],
  ]);
}

function disk(disk: NonNullable<GatewayStatus['disk']>, { amounts, words }: View): Markup {
  const { text } = words;
  return rows([
    [text.free, `${amounts.bytes(disk.freeBytes)} / ${amounts.bytes(disk.sizeBytes)}`],
    disk.device !== undefined && [text.device, disk.device],
    disk.readOnly && [text.state, text.readOnly, true],
  ]);
}

function program({ process, config, version, clock }: GatewayStatus, view: View): Markup {
  const { words, amounts } = view;
  const { text } = words;
  const reload = config?.lastReload;
  return rows([
    [text.version, `${version} (Node ${process.node})`],
    [text.runsSince, since(view, clock.now - process.uptimeSeconds * 1000)],
    [text.memory, amounts.bytes(process.rssBytes)],
    config && [text.config, config.file],
    config && [text.loaded, since(view, config.loadedAt)],
    reload && [
      text.lastReload,
      `${since(view, reload.at)}: ${reload.ok ? text.reloaded : text.refused}`,
      !reload.ok,
    ],
  ]);
}
