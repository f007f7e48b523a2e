import { errorCatalogue } from '@city-testbed/runtime';

export const { entries: deviceProfilesErrors, error: profileError } = errorCatalogue({
  PROFILE_UNREADABLE: {
    summary: 'The profile file cannot be read',
    hint: 'Check the path, and that this user may read the file.',
  },
  PROFILE_NOT_YAML: {
    summary: 'The profile is not valid YAML',
    hint: 'Correct the line and column named; indentation must be spaces, and a key may stand once only.',
  },
  PROFILE_INVALID: {
    summary: 'The profile has faults',
    hint: 'Correct every fault listed. docs/reference/device-profile-format.md describes the format.',
  },
  PROFILE_UNKNOWN: {
    summary: 'No such profile',
    hint: 'Ids look like eastron/sdm120; `device-profile lint` lists those that are known.',
  },
  PROFILE_VECTOR_FAILED: {
    summary: 'A test vector does not give the values that the profile promises',
    hint: 'Compare the register, type and byte order with the manual named in the profile.',
  },
  PROFILE_SIMULATION_INVALID: {
    summary: 'The simulation cannot be set up',
    hint: 'Correct every fault listed: profile ids, ports, unit ids and signals.',
  },
  PROFILE_SIMULATION_PORT: {
    summary: 'The simulator cannot listen',
    hint: 'Another program holds the port, or this user may not open it. Choose another port, or 0 for any.',
  },
});
