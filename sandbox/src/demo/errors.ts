import { errorCatalogue } from '@city-testbed/runtime';

export const { entries: demoErrors, error: demoError } = errorCatalogue({
  SANDBOX_DEMO_PORT_TAKEN: {
    summary: 'The testbed cannot start',
    hint: 'End the program that holds the port, or set the variable named to another port.',
  },
  SANDBOX_DEMO_PORT_INVALID: {
    summary: 'A port is not a number',
    hint: 'Give the variable named a whole number from 0 to 65535; 0 takes any free port.',
  },
  SANDBOX_DEMO_PART_FAILED: {
    summary: 'A part of the testbed did not come up',
    hint: 'Read the end of the log file named; it says what was wrong.',
  },
  SANDBOX_DEMO_DATA_IN_USE: {
    summary: 'Another testbed runs on the same data',
    hint: 'End it first, or set CITY_DATA_DIR to another folder.',
  },
});
