import type { Texts } from '../texts.ts';
import type { connectors as english } from '../en/connectors.ts';

export const connectors = {
  connectors: {
    title: 'Conectori',
    lead: 'Alte sisteme ale orașului către care platforma trimite date',
    emptyTitle: 'Niciun conector configurat',
    emptyText:
      'Adăugați un conector în configurația platformei, de exemplu un broker de context (NGSI-LD) sau un webhook (CloudEvents).',
    kind: { 'ngsi-ld': 'Broker de context (NGSI-LD)', cloudevents: 'Webhook (CloudEvents)' },
    state: { ok: 'Livrează', retrying: 'Reîncearcă', failing: 'Eșuează', idle: 'Nimic de trimis' },
    delivered: 'Livrate',
    waiting: 'În așteptare',
    dead: 'Nelivrate',
    last: 'Ultima livrare',
    lastError: 'Ultima eroare',
    letters: 'Mesaje nelivrate',
    lettersShow_one: 'Afișați {{count}} mesaj nelivrat',
    lettersShow_few: 'Afișați {{count}} mesaje nelivrate',
    lettersShow_other: 'Afișați {{count}} de mesaje nelivrate',
    lettersEmpty: 'Nu a mai rămas niciunul: toate au fost livrate sau retrimise.',
    attempts_one: '{{count}} încercare',
    attempts_few: '{{count}} încercări',
    attempts_other: '{{count}} de încercări',
    resend: 'Retrimiteți',
    resendNamed: 'Retrimiteți mesajul {{id}}',
    resent: 'Pus la rând pentru retrimitere',
  },
} as const satisfies Texts<typeof english>;
