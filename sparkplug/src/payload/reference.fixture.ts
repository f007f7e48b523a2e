import Long from 'long';
import protobuf from 'protobufjs/minimal.js';
import { city } from '../generated/sparkplug_b.js';

// The generated code finds `long` by itself only where `require` gives CommonJS, which the test runner's conditions prevent.
protobuf.util.Long = Long;
protobuf.configure();
protobuf.Reader.discardUnknown = true; // so that a field that it does not know goes missing

/** Code that protobufjs generated from the .proto: a second opinion on every byte of the hand-written codec. */
export const reference = city.sparkplug.Payload;
export { Long, protobuf };
