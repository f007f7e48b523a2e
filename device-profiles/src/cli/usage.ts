/** A fault in how a command was called: exit code 2. */
export class UsageError extends Error {}

export const help = `device-profile: check, test and simulate device profiles

  device-profile lint [FILE|FOLDER|ID ...] [--json]
      Checks against the schema and the rules. Default: all bundled profiles.
  device-profile test [FILE|FOLDER|ID ...] [--json]
      As lint, and decodes every test vector.
  device-profile simulate --profile ID|FILE [--port N] [--host H] [--unit N] [--seed N]
  device-profile simulate --config FILE
      Serves devices over Modbus TCP until it is told to stop (SIGTERM, Ctrl-C).
      Prints one JSON line for each port that is ready. Port 0 (the default) takes any free port.
      --config: a YAML list of {profile, port, unit, seed, signals}.

  --profiles FOLDER       a folder of <vendor>/<model>.yaml, looked in before the bundled ones
  --foreign-unit WORD     silent, or exception (default): the answer to a unit id that nobody has
  --json                  one JSON object instead of text
  -h, --help              this text

Exit codes: 0 all is well, 1 faults or a failure, 2 called wrongly.
`;
