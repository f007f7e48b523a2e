export { sparkplugErrors } from './errors.ts';
export { DataType, dataTypeName, type DataTypeName } from './payload/datatype.ts';
export type {
  BasicValue,
  DataSet,
  MetaData,
  Metric,
  MetricValue,
  NumberArray,
  Payload,
  PropertySet,
  PropertyValue,
  Template,
  TemplateParameter,
} from './payload/model.ts';
export { defaultPayloadLimits, type PayloadLimits } from './payload/limits.ts';
export { encodePayload, type EncodeOptions } from './payload/encode.ts';
export { decodePayload, typedValue } from './payload/decode.ts';
export {
  formatTopic,
  isValidId,
  NAMESPACE,
  parseTopic,
  type DeviceMessageType,
  type DeviceTopic,
  type NodeMessageType,
  type NodeTopic,
  type SparkplugTopic,
  type StateTopic,
} from './topic/topic.ts';
export type { MetricDefinition } from './birth.ts';
export type { Fault } from './fault.ts';
export type { HostState, Publication, Subscription } from './message.ts';
export type { EdgeEffect, EdgeOfflineReason, EdgePublishResult } from './edge/effect.ts';
export { EdgeSession, type DeviceBirth, type EdgeSessionOptions, type NodeBirth } from './edge/session.ts';
export type {
  DeviceOfflineReason,
  HostEffect,
  NodeId,
  NodeOfflineReason,
  ResolvedMetric,
} from './host/effect.ts';
export { HostSession, type CommandMetric, type CommandResult, type HostCounters } from './host/session.ts';
export { defaultHostLimits, type HostLimits, type HostSessionOptions } from './host/options.ts';
