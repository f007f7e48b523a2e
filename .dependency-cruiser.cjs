// The import tables of docs/architecture.md, enforced. "who may import whom": a rule a row.
const workspaces = ['runtime', 'sparkplug', 'device-profiles', 'gateway', 'broker', 'sandbox', 'flows'];
const may = {
  runtime: [],
  sparkplug: ['runtime'],
  'device-profiles': ['runtime'],
  gateway: ['runtime', 'sparkplug', 'device-profiles'],
  broker: ['runtime', 'sparkplug'],
  sandbox: ['runtime', 'sparkplug', 'device-profiles'],
  flows: [],
};

const acrossWorkspaces = workspaces.map((from) => ({
  name: `${from}-imports`,
  comment: `${from} may import ${may[from].join(', ') || 'no workspace'} only`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: `^(?!(${[from, ...may[from]].join('|')})/)(${workspaces.join('|')}|test|bench)/` },
}));

// A stage sees model/ (or contract/) and another stage's port file; only app.ts sees implementations.
const stage = (workspace, name, ports) => ({
  name: `${workspace}-${name}-stage`,
  comment: `${workspace}/src/${name} sees other stages only through their port files`,
  severity: 'error',
  from: { path: `^${workspace}/src/${name}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: `^${workspace}/src/`,
    pathNot: [
      `^${workspace}/src/${name}/`,
      `^${workspace}/src/(model|contract|config|registry)/`,
      `^${workspace}/src/errors\\.ts$`,
      ...ports,
    ],
  },
});

module.exports = {
  forbidden: [
    ...acrossWorkspaces,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'ui-sees-contract-only',
      severity: 'error',
      from: { path: '^sandbox/ui/' },
      to: { path: '^sandbox/src/', pathNot: '^sandbox/src/contract/' },
    },
    {
      name: 'ui-features-apart',
      comment: 'app > features > components: what two features share is a component',
      severity: 'error',
      from: { path: '^sandbox/ui/src/features/([^/]+)/' },
      to: { path: '^sandbox/ui/src/features/([^/]+)/', pathNot: '^sandbox/ui/src/features/$1/' },
    },
    {
      name: 'src-never-sees-ui',
      severity: 'error',
      from: { path: '^sandbox/src/' },
      to: { path: '^sandbox/ui/' },
    },
    ...['drivers', 'sampler', 'outbox', 'uplink', 'status'].map((name) =>
      stage('gateway', name, ['^gateway/src/[^/]+/(driver|sampler|outbox|uplink|status)\\.ts$']),
    ),
    ...['listeners', 'access', 'metrics'].map((name) =>
      stage('broker', name, ['^broker/src/[^/]+/(listener|access|metrics)\\.ts$']),
    ),
    ...[
      'mqtt',
      'ingest',
      'store',
      'access',
      'pilots',
      'streams',
      'runs',
      'evaluation',
      'connectors',
      'api',
    ].map((name) =>
      stage('sandbox', name, [
        '^sandbox/src/[^/]+/(reading-store|device-registry|mqtt-link|fault-log|access|pilots|streams|evaluation|connectors)\\.ts$',
      ]),
    ),
    {
      name: 'ingest-and-api-apart',
      severity: 'error',
      from: { path: '^sandbox/src/ingest/' },
      to: { path: '^sandbox/src/api/' },
    },
    {
      name: 'api-and-ingest-apart',
      severity: 'error',
      from: { path: '^sandbox/src/api/' },
      to: { path: '^sandbox/src/ingest/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist-ui|node_modules)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
