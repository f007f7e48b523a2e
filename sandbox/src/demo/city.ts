import type { Agreement, DemoAccount, Location, Target } from '../contract/index.ts';

/**
 * The demonstration city: a dozen simulated devices in Baia Mare behind two gateways, three pilots, one account a role.
 * Every reading of its history is marked synthetic. Places are approximate.
 */

export interface DemoDevice {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly unit: number;
  readonly seed: number;
  readonly intervalMs: number;
  readonly location: Location;
}

export interface DemoGateway {
  readonly id: string;
  readonly devices: readonly DemoDevice[];
}

export interface DemoPilot {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly organisation: string;
  readonly purpose: string;
  readonly reads: Agreement['reads'];
  readonly target: Target;
  /** Emails of its members. */
  readonly members: readonly string[];
}

export interface DemoUser extends DemoAccount {
  readonly organisation: string;
}

export const site = {
  id: 'baia-mare',
  name: 'Baia Mare',
  lat: 47.657,
  lon: 23.585,
  timeZone: 'Europe/Bucharest',
};

const places = {
  libertatii: { lat: 47.659, lon: 23.582, place: 'Piața Libertății' },
  revolutiei: { lat: 47.661, lon: 23.57, place: 'Piața Revoluției' },
  unirii: { lat: 47.655, lon: 23.575, place: 'Bulevardul Unirii' },
  bucuresti: { lat: 47.651, lon: 23.561, place: 'Bulevardul București' },
  gara: { lat: 47.65, lon: 23.556, place: 'Gara Baia Mare' },
  parc: { lat: 47.664, lon: 23.593, place: 'Parcul Regina Maria' },
  sasar: { lat: 47.657, lon: 23.59, place: 'Malul Săsarului' },
} as const;

/** A few metres beside a place, so that devices at one place do not hide one another on the map. */
function near(place: Location, north: number, east: number): Location {
  return { ...place, lat: place.lat + north / 111_000, lon: place.lon + east / 75_000 };
}

const dust = 'deltaohm/pmbsense-a';
const weather = 'seeed/sensecap-one';
const meter = 'eastron/sdm120';
const parking = 'dfrobot/sen0492';

export const gateways: readonly DemoGateway[] = [
  {
    id: 'gw-centru',
    devices: [
      device('aer-libertatii', 'Aer, Piața Libertății', dust, 1, places.libertatii),
      device('aer-unirii', 'Aer, Bulevardul Unirii', dust, 2, places.unirii),
      device('meteo-parc', 'Stație meteo, Parcul Regina Maria', weather, 3, places.parc),
      device('iluminat-unirii', 'Iluminat, Bulevardul Unirii', meter, 4, near(places.unirii, 90, 140)),
      device('iluminat-sasar', 'Iluminat, Malul Săsarului', meter, 5, places.sasar),
      device(
        'parcare-libertatii-1',
        'Parcare, Piața Libertății, locul 1',
        parking,
        6,
        near(places.libertatii, -110, 60),
      ),
    ],
  },
  {
    id: 'gw-vest',
    devices: [
      device('aer-revolutiei', 'Aer, Piața Revoluției', dust, 1, places.revolutiei),
      device('aer-gara', 'Aer, gara Baia Mare', dust, 2, places.gara),
      device('iluminat-bucuresti', 'Iluminat, Bulevardul București', meter, 3, places.bucuresti),
      device(
        'parcare-revolutiei-1',
        'Parcare, Piața Revoluției, locul 1',
        parking,
        4,
        near(places.revolutiei, -100, 50),
      ),
      device(
        'parcare-revolutiei-2',
        'Parcare, Piața Revoluției, locul 2',
        parking,
        5,
        near(places.revolutiei, -100, 120),
      ),
      device('parcare-gara-1', 'Parcare, gara Baia Mare, locul 1', parking, 6, near(places.gara, 110, -60)),
    ],
  },
];

export const devices: readonly DemoDevice[] = gateways.flatMap((gateway) => gateway.devices);

const everything = ['*'];

export const pilots: readonly DemoPilot[] = [
  {
    id: 'calitatea-aerului',
    title: 'Calitatea aerului în centru',
    summary:
      'Patru stații măsoară pulberile în suspensie în piețe și pe bulevarde; serviciul testat avertizează când pragul este depășit 15 minute.',
    organisation: 'Direcția de mediu',
    purpose:
      'Avertizarea locuitorilor la depășirea pragului de pulberi și alegerea locurilor pentru stații permanente.',
    reads: ['aer-libertatii', 'aer-unirii', 'aer-revolutiei', 'aer-gara', 'meteo-parc'].map(all),
    target: { intervalSeconds: 300, completenessPercent: 90, latencyP95Ms: 5000, minimumReadings: 200 },
    members: ['furnizor@demo.example'],
  },
  {
    id: 'iluminat-public',
    title: 'Iluminat public: consum și avarii',
    summary:
      'Contoare pe trei tronsoane de iluminat arată consumul pe oră și tronsoanele rămase fără tensiune.',
    organisation: 'Serviciul de iluminat public',
    purpose: 'Măsurarea energiei consumate pe tronson și descoperirea avariilor fără patrulare.',
    reads: ['iluminat-unirii', 'iluminat-sasar', 'iluminat-bucuresti'].map(all),
    target: { intervalSeconds: 300, completenessPercent: 95, latencyP95Ms: 10_000, minimumReadings: 200 },
    members: ['furnizor@demo.example'],
  },
  {
    id: 'parcari',
    title: 'Locuri de parcare libere',
    summary: 'Senzori laser deasupra locurilor de parcare spun dacă locul este ocupat.',
    organisation: 'Serviciul parcări',
    purpose: 'Informarea șoferilor despre locurile libere și măsurarea gradului de ocupare pe ore.',
    reads: ['parcare-libertatii-1', 'parcare-revolutiei-1', 'parcare-revolutiei-2', 'parcare-gara-1'].map(
      all,
    ),
    target: { intervalSeconds: 300, completenessPercent: 98, latencyP95Ms: 5000, minimumReadings: 200 },
    members: [],
  },
];

/** Outages of the synthetic history: days before its end and hours of length, so that verdicts differ. */
export const outages: Readonly<
  Record<string, readonly { readonly daysBefore: number; readonly hours: number }[]>
> = {
  'aer-gara': [{ daysBefore: 9.4, hours: 7 }],
  'iluminat-sasar': [{ daysBefore: 5.2, hours: 3 }],
  'parcare-gara-1': [
    { daysBefore: 11, hours: 30 },
    { daysBefore: 4.5, hours: 16 },
  ],
};

export const history = { days: 14, intervalMs: 300_000 };

export const users: readonly DemoUser[] = [
  user('staff', 'personal@demo.example', 'Cont demonstrativ: personal', 'Primăria Baia Mare'),
  user('engineer', 'inginer@demo.example', 'Cont demonstrativ: inginer de teren', 'Primăria Baia Mare'),
  user('vendor', 'furnizor@demo.example', 'Cont demonstrativ: furnizor', 'Furnizor demonstrativ'),
  user('admin', 'administrator@demo.example', 'Cont demonstrativ: administrator', 'Primăria Baia Mare'),
];

function device(id: string, name: string, profile: string, unit: number, location: Location): DemoDevice {
  const seed = Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 100_000, 7);
  return { id, name, profile, unit, seed, intervalMs: 5000, location };
}

function all(id: string): { device: string; metrics: string[] } {
  return { device: id, metrics: everything };
}

function user(role: DemoUser['role'], email: string, name: string, organisation: string): DemoUser {
  return { role, email, name, organisation, password: `demo-${role}` };
}
