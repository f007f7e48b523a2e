import { errorCatalogue } from '@city-testbed/runtime';

/** Every code that this workspace throws or reports, with its meaning. */
export const { entries: sparkplugErrors, error: sparkplugError } = errorCatalogue({
  SPARKPLUG_TOPIC_INVALID: {
    summary: 'The topic is not a Sparkplug B topic',
    hint: 'Use spBv1.0/<group>/<type>/<node>[/<device>] or spBv1.0/STATE/<host>; ids are not empty and hold no + / #.',
  },
  SPARKPLUG_PAYLOAD_MALFORMED: {
    summary: 'The bytes are not a Sparkplug B payload',
    hint: 'The message was cut, or was not written by a Sparkplug B publisher. Look at the publisher named by the topic.',
  },
  SPARKPLUG_PAYLOAD_TOO_LARGE: {
    summary: 'The payload goes over a limit',
    hint: 'Publish fewer metrics in a message, or raise the named limit where the reader is configured.',
  },
  SPARKPLUG_VALUE_TYPE: {
    summary: 'The value does not fit its data type',
    hint: 'Give a value of the kind that the data type asks for; Int64 and UInt64 are bigint, DateTime is ms as a number.',
  },
  SPARKPLUG_VALUE_RANGE: {
    summary: 'The value is outside the range of its data type',
    hint: 'Choose a wider data type, or correct the value at its source.',
  },
  SPARKPLUG_DATATYPE_UNKNOWN: {
    summary: 'The data type is missing or unknown',
    hint: 'Use one of the data types 1 to 34 of the Sparkplug 3.0 specification, section 6.4.16.',
  },
  SPARKPLUG_BIRTH_INVALID: {
    summary: 'The birth certificate breaks the specification',
    hint: 'Names and aliases must be unique, each metric needs a name and a data type, and NBIRTH needs bdSeq.',
  },
  SPARKPLUG_STATE_INVALID: {
    summary: 'The STATE message of a host application is not valid',
    hint: 'Its payload must be JSON {"online": boolean, "timestamp": ms since 1970}.',
  },
  SPARKPLUG_STATE_AHEAD: {
    summary: 'A STATE of this very host application has a later time than its own',
    hint: 'It connects again with a later time, or edge nodes would not listen. Its clock went back; or two hosts share one id, which they must not.',
  },
  SPARKPLUG_METRIC_UNKNOWN: {
    summary: 'The metric was not declared in the birth certificate',
    hint: 'Declare it in the birth, or ask for a rebirth.',
  },
  SPARKPLUG_NOT_BORN: {
    summary: 'There was no birth certificate before this message',
    hint: 'The publisher must send NBIRTH (and DBIRTH) first; a rebirth was requested.',
  },
  SPARKPLUG_SEQUENCE: {
    summary: 'The sequence numbers have a gap or a repetition',
    hint: 'Messages were lost or repeated on the way; after a gap a rebirth was requested.',
  },
  SPARKPLUG_DEATH_IGNORED: {
    summary: 'A death certificate belongs to another session and was ignored',
    hint: 'Its bdSeq is not that of the present birth: a late will of an earlier connection. Nothing to do.',
  },
  SPARKPLUG_HOST_FULL: {
    summary: 'The host application already follows as many nodes, devices or metrics as it may',
    hint: 'Raise the named limit, or find out who publishes so many identities.',
  },
});

export type SparkplugCode = keyof typeof sparkplugErrors;
