import * as city from './city.ts';
import type { DataFolder } from './data-folder.ts';
import { demoError } from './errors.ts';
import type { IssuedToken } from '../contract/index.ts';

/** The pilot that Node-RED's flow serves, as any other service would. */
const pilot = 'calitatea-aerului';

export interface FlowsEnvironment {
  readonly MQTT_URL: string;
  readonly MQTT_USERNAME: string;
  readonly MQTT_PASSWORD: string;
  readonly TOPIC_PREFIX: string;
}

/** What the flow needs to connect: asked for once, over the API, as the demonstration's administrator would. */
export async function flowsEnvironment(folder: DataFolder, apiUrl: string): Promise<FlowsEnvironment> {
  const kept = folder.readSecret('flows.json');
  if (kept) return JSON.parse(kept) as FlowsEnvironment;
  const { password, email } = city.users.find(({ role }) => role === 'admin') ?? { email: '', password: '' };
  const signedIn = await post(`${apiUrl}/api/v1/session`, { email, password });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const answer = await post(`${apiUrl}/api/v1/pilots/${pilot}/tokens`, { name: 'Node-RED' }, { cookie });
  const { environment, secret } = (await answer.json()) as IssuedToken;
  const { MQTT_URL, MQTT_USERNAME, TOPIC_PREFIX } = environment;
  const result = { MQTT_URL, MQTT_USERNAME, MQTT_PASSWORD: secret, TOPIC_PREFIX };
  folder.writeSecret('flows.json', JSON.stringify(result));
  return result;
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.ok) return response;
  throw demoError(
    'SANDBOX_DEMO_PART_FAILED',
    `POST ${url} answered ${response.status}: ${await response.text()}`,
  );
}
