/**
 * Every code that Node-RED's start can end with, and what the reader should do.
 * The nodes report through Node-RED itself (their status, their Catch nodes), not through codes.
 */
const flowsErrors = Object.freeze({
  FLOWS_PORT_INVALID: {
    summary: 'The port of Node-RED is not a port number',
    hint: 'Set CITY_NODE_RED_PORT to a number from 0 to 65535.',
  },
  FLOWS_PORT_BUSY: {
    summary: 'The port of Node-RED is taken',
    hint: 'Stop the process that listens there, or set CITY_NODE_RED_PORT to another port.',
  },
  FLOWS_SANDBOX_URL_INVALID: {
    summary: 'The address of the sandbox is not an http or https URL',
    hint: 'Set CITY_SANDBOX_URL, e.g. to http://127.0.0.1:8080.',
  },
  FLOWS_FOLDER_UNUSABLE: {
    summary: "Node-RED's folder cannot be read or written",
    hint: 'Check CITY_NODE_RED_DIR and the rights of this user there; a secret that is empty must be restored from a backup or removed.',
  },
  FLOWS_START_FAILED: {
    summary: 'Node-RED did not start',
    hint: 'The log lines before this one say why.',
  },
});

/** An error with a stable code and a hint, as the other processes of the testbed have them. */
class FlowsError extends Error {
  /**
   * @param {keyof typeof flowsErrors} code
   * @param {string} detail what was found where
   * @param {unknown} [cause]
   */
  constructor(code, detail, cause) {
    super(`${flowsErrors[code].summary}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'FlowsError';
    this.code = code;
    this.hint = flowsErrors[code].hint;
  }
}

/**
 * A sentence about anything that was thrown.
 * @param {unknown} error
 */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

module.exports = { flowsErrors, FlowsError, messageOf };
