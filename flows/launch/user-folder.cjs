const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const { join } = require('node:path');
const { FlowsError, messageOf } = require('../errors.cjs');

const flowFile = 'flows.json';

/**
 * Makes Node-RED's folder ready: on the first start it gets a secret for credentials and the first flow.
 * What is there already is never overwritten: flows that people edited are theirs.
 * @param {string} folder
 * @param {string} firstFlow path of the flow that a new folder starts with
 * @returns {{flowFile: string, credentialSecret: string}}
 * @throws {FlowsError} FLOWS_FOLDER_UNUSABLE
 */
function prepareUserFolder(folder, firstFlow) {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeOnce(join(folder, flowFile), fs.readFileSync(firstFlow));
    const secretFile = join(folder, 'credential-secret');
    writeOnce(secretFile, `${randomBytes(32).toString('hex')}\n`);
    const credentialSecret = fs.readFileSync(secretFile, 'utf8').trim();
    // A new secret would make the stored credentials unreadable, so an empty one is a fault, not a reason to make one.
    if (credentialSecret === '') throw new Error(`${secretFile} is empty`);
    return { flowFile, credentialSecret };
  } catch (error) {
    throw new FlowsError('FLOWS_FOLDER_UNUSABLE', `${folder}: ${messageOf(error)}`, error);
  }
}

/**
 * Appears whole or not at all, so that a start that is killed half-way leaves no half file behind.
 * @param {string} file
 * @param {string | Buffer} content
 */
function writeOnce(file, content) {
  if (fs.existsSync(file)) return;
  const draft = `${file}.${process.pid}.new`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  try {
    // A link, unlike a rename, fails where the file came to be in the meantime.
    fs.linkSync(draft, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    fs.unlinkSync(draft);
  }
}

module.exports = { prepareUserFolder };
