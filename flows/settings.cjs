// The settings file of the testbed's Node-RED, from the environment: see launch/create-settings.cjs.
// It also serves `node-red --settings flows/settings.cjs`.
const { createSettings } = require('./launch/create-settings.cjs');

module.exports = createSettings(process.env);
