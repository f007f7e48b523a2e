/**
 * How each behaviour is broken on purpose: `find` stands once in `file` and becomes `replace`; then the test named `test` in
 * `suite` has to fail. `build`: the test runs compiled code.
 */
export const edits = [
  {
    test: 'field: devices are found offline each by its own rule, and the alarm carries the time of the data',
    suite: 'sandbox/src/store/registered-devices.test.ts',
    file: 'sandbox/src/store/registered-devices.ts',
    find: 'since: device.lastSeenAt ?? device.since ?? now',
    replace: 'since: now',
  },
  {
    test: 'field: a config change never destroys the buffer',
    suite: 'gateway/src/reload.test.ts',
    file: 'gateway/src/uplink/born-devices.ts',
    find: 'this.#outbox\n        .undeclared()',
    replace: '[...this.#outbox.undeclared()].slice(0, 0)',
  },
];
