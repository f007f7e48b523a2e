/**
 * Why a client was refused or cut, or a message dropped: stable codes for the log, the metrics and `$city/events`.
 * README.md lists them; a test holds the two together.
 */
export const reasons = {
  // refused: the client never gets in, or does not get its subscription
  not_mqtt: 'The first bytes are not an MQTT CONNECT',
  protocol_version: 'The client speaks another version than MQTT 3.1 or 3.1.1',
  client_id_invalid: 'The client id is too long, holds U+0000, or is empty in a session that is to be kept',
  client_id_taken: 'Another principal uses this client id, or left a session under it',
  no_credentials: 'Neither a user name nor a client certificate was given',
  bad_credentials: 'The sandbox does not know these credentials',
  bad_certificate: 'The client certificate is not issued by a trusted authority',
  too_many_failures: 'Wrong credentials came too often from this address under this user name',
  will_not_allowed: 'The will names a topic that is not valid or that the client may not publish on',
  sandbox_unavailable: 'The sandbox did not answer, so nobody can say who this is',
  connect_rate: 'Too many connections a second from this address',
  too_many_connections: 'The broker has as many connections as it may have',
  too_many_sessions: 'The broker keeps as many sessions of absent clients as it may',
  connections_per_principal: 'The credential has as many connections as it may have',
  sessions_per_principal: 'The credential has as many kept sessions as it may have',
  connect_timeout: 'No CONNECT came in time',
  subscribe_not_allowed: 'The client may not hear all that this filter matches',
  too_many_subscriptions: 'The client has as many subscriptions as it may have',
  shared_subscription: 'Shared subscriptions belong to MQTT 5',
  // cut: an open session was ended
  packet_too_large: 'A packet is larger than the client may send',
  message_rate: 'More messages a second than the client may send',
  queue_full: 'More bytes wait for the client than may wait',
  drain_timeout: 'The client stopped reading',
  unacknowledged: 'The client leaves more messages unacknowledged than the broker keeps',
  keep_alive: 'Nothing came from the client for one and a half times its keep-alive',
  publish_not_allowed: 'The client published where it may not; the message was dropped',
  invalid_topic: 'A topic is empty, too long, too deep, or holds a wildcard or U+0000',
  invalid_filter: 'A topic filter is not one that MQTT allows',
  protocol_error: 'The client broke the protocol',
  revoked: 'The credential was revoked',
  expired: 'The credential reached its end',
  taken_over: 'The same principal connected again with this client id',
  shutdown: 'The broker stops',
  // dropped: one message less
  forward_not_allowed: 'A message was not delivered to a client that may no longer hear it',
  offline_queue_full: 'An absent client has as many messages waiting as may wait',
  retained_full: 'The broker keeps as many retained messages as it may',
} as const;

export type Reason = keyof typeof reasons;

export type IncidentKind = 'refused' | 'cut' | 'dropped';
