import type { Alarm, AlarmCode } from '../status.ts';
import type { AlarmWords, Words } from './words.ts';

const of = ({ subject = '' }: Alarm): string => subject;
const why = ({ detail }: Alarm): string => (detail === undefined ? '' : `: ${detail}`);

const alarms: Readonly<Record<AlarmCode, (alarm: Alarm) => AlarmWords>> = {
  pipeline_stuck: (alarm) => ({
    says: `gateway-ul s-a blocat${why(alarm)}`,
    todo: 'Dacă este supravegheat de systemd, repornește singur într-un minut. Altfel reporniți-l și trimiteți un pachet de diagnostic (city-gateway diag).',
  }),
  outbox_write: (alarm) => ({
    says: `măsurătorile nu pot fi scrise pe disc${why(alarm)}`,
    todo: 'Eliberați spațiu pe disc sau înlocuiți cardul SD. Măsurătorile așteaptă în memorie și se pierd dacă echipamentul rămâne acum fără alimentare.',
  }),
  outbox_overflow: (alarm) => ({
    says: `se pierd măsurători din lipsă de spațiu${why(alarm)}`,
    todo: 'Restabiliți legătura cu platforma sau măriți outbox.maxBytes, dacă discul are loc.',
  }),
  outbox_replaced: (alarm) => ({
    says: `fișierul cozii de trimitere a fost pus deoparte și se folosește unul nou${why(alarm)}`,
    todo: 'Păstrați fișierul vechi (city-gateway export --file îl citește) și verificați cardul SD: poate fi defect. Mesajul dispare la următoarea repornire.',
  }),
  disk_read_only: (alarm) => ({
    says: `discul permite numai citirea${why(alarm)}`,
    todo: 'Cardul SD este probabil defect. Salvați un pachet de diagnostic (city-gateway diag) pe un stick USB, apoi înlocuiți cardul.',
  }),
  disk_low: (alarm) => ({
    says: `discul este aproape plin${why(alarm)}`,
    todo: 'Ștergeți ce nu aparține gateway-ului, de exemplu jurnalele vechi: journalctl --vacuum-size=50M.',
  }),
  certificate_expired: (alarm) => ({
    says: `certificatul a expirat${why(alarm)}`,
    todo: 'Verificați ceasul echipamentului și dacă acesta ajunge la serverul de reînnoire (uplink.tls.renew). Între timp, măsurătorile se păstrează pe disc.',
  }),
  certificate_expiring: (alarm) => ({
    says: `certificatul nu a putut fi încă reînnoit${why(alarm)}`,
    todo: 'Verificați dacă echipamentul ajunge la serverul de reînnoire (uplink.tls.renew) și dacă parola este corectă. Încercarea se repetă automat.',
  }),
  clock_lost: () => ({
    says: 'ceasul nu mai este ținut la ora corectă',
    todo: 'Verificați dacă echipamentul ajunge la un server de timp (timedatectl). Măsurătorile continuă cu ora curentă a ceasului.',
  }),
  uplink_offline: (alarm) => ({
    says: `legătura cu platforma este întreruptă${why(alarm)}`,
    todo: 'Verificați cablul de rețea sau cartela SIM, apoi adresa brokerului, identificatorul, locația (site) și tokenul din configurație și că niciun alt echipament nu are același identificator. Între timp, măsurătorile se păstrează pe disc.',
  }),
  uplink_connecting: (alarm) => ({
    says: `legătura cu platforma se stabilește${why(alarm)}`,
    todo: 'Așteptați un minut. Dacă starea nu se schimbă, verificați cablul de rețea sau cartela SIM, apoi adresa brokerului, identificatorul, locația (site) și tokenul din configurație.',
  }),
  uplink_waiting: (alarm) => ({
    says: `platforma nu răspunde${why(alarm)}`,
    todo: 'Brokerul răspunde, platforma din spatele lui nu. Verificați dacă uplink.primaryHost este numele corect; dacă da, anunțați administratorii platformei: la echipament nu este nimic de făcut.',
  }),
  clock_unsynced: () => ({
    says: 'ceasul nu este sincronizat: măsurătorile sunt reținute',
    todo: 'Verificați dacă echipamentul ajunge la un server de timp (timedatectl). Măsurătorile primesc ora corectă imediat după sincronizare.',
  }),
  port_closed: (alarm) => ({
    says: `portul ${of(alarm)}${why(alarm)}`,
    todo: 'Verificați cablul, adaptorul și alimentarea; la un port de rețea, adresa. Portul se redeschide singur.',
  }),
  device_silent: (alarm) => ({
    says: `dispozitivul ${of(alarm)} nu răspunde`,
    todo: 'Verificați alimentarea, cele două fire ale magistralei (A și B inversate?) și adresa. Comanda city-gateway probe arată ce trece pe fir.',
  }),
  device_held: (alarm) => ({
    says: `dispozitivul ${of(alarm)}: platforma nu confirmă nicio măsurătoare`,
    todo: 'La echipament nu este nimic de făcut: întrebați administratorii platformei de ce refuză dispozitivul. Măsurătorile lui se păstrează.',
  }),
  reload_failed: (alarm) => ({
    says: `configurația modificată a fost refuzată${why(alarm)}`,
    todo: 'Gateway-ul funcționează în continuare cu cea veche. Rulați city-gateway check, corectați fișierul și reîncărcați-l.',
  }),
};

/** Romanian puts „de” after numbers whose last two digits are 0 or 20 to 99. */
function counted(count: number, one: string, many: string): string {
  if (count === 1) return `1 ${one}`;
  const rest = count % 100;
  return `${String(count)} ${count === 0 || (rest > 0 && rest < 20) ? '' : 'de '}${many}`;
}

export const romanian: Words = {
  language: 'ro',
  alarm: (alarm) => alarms[alarm.code](alarm),
  allWell: 'Totul este în regulă',
  faults: (count) => counted(count, 'problemă', 'probleme'),
  fewerShown: (hidden) =>
    `${counted(hidden, 'rând nu este afișat', 'rânduri nu sunt afișate')} aici; vedeți /health.`,
  uplinkStates: {
    offline: 'întreruptă',
    connecting: 'se conectează',
    waiting: 'așteaptă platforma',
    online: 'conectată',
  },
  deviceStates: { unknown: 'încă necitit', answering: 'răspunde', silent: 'nu răspunde' },
  text: {
    gateway: 'Gateway',
    faultsTitle: 'De verificat mai întâi',
    uplink: 'Legătura cu platforma',
    state: 'Stare',
    broker: 'Broker',
    since: 'Ultima schimbare',
    lastConfirmed: 'Ultima confirmare',
    inFlight: 'În curs de trimitere',
    sent: 'Trimise',
    resent: 'Retrimise',
    certificate: 'Certificatul expiră',
    outbox: 'Coada de trimitere',
    waiting: 'Loturi în așteptare',
    size: 'Dimensiune',
    oldest: 'Cel mai vechi',
    dropped: 'Pierdute definitiv',
    clock: 'Ceas',
    time: 'Ora locală',
    synchronised: 'sincronizat',
    notSynchronised: 'nesincronizat',
    trusted: 'considerat corect prin configurație',
    jumps: 'Salturi',
    lastJump: 'Ultimul salt',
    disk: 'Disc',
    free: 'Liber',
    device: 'Dispozitiv',
    readOnly: 'numai citire',
    program: 'Program',
    version: 'Versiune',
    runsSince: 'Pornit',
    memory: 'Memorie',
    config: 'Configurație',
    loaded: 'Încărcată',
    lastReload: 'Ultima reîncărcare',
    reloaded: 'preluată',
    refused: 'refuzată',
    ports: 'Porturi și dispozitive',
    open: 'deschis',
    closed: 'închis',
    requests: 'Cereri',
    timeouts: 'fără răspuns',
    exceptions: 'excepții',
    strayFrames: 'cadre străine',
    checksumErrors: 'erori de sumă de control',
    reopens: 'redeschideri',
    lastAnswer: 'ultimul răspuns',
    polls: 'citiri',
    missed: 'ratate',
    badValues: 'valori eronate',
    never: 'niciodată',
    none: 'niciunul',
    refreshing: 'Se actualizează la fiecare 10 s.',
    paused: 'Actualizarea este oprită.',
    pause: 'Opriți actualizarea',
    goOn: 'Porniți actualizarea',
    otherLanguage: 'English',
    links: 'Pentru programe',
  },
};
