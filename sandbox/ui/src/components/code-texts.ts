import { useTranslation } from 'react-i18next';

const reasons = [
  'no_response',
  'checksum',
  'invalid_marker',
  'out_of_range',
  'too_short',
  'malformed',
  'no_value',
  'stale',
  'clock_unsynced',
  'warming_up',
  'gateway_offline',
  'death',
  'not_reborn',
] as const;

const refusals = [
  'publish_not_allowed',
  'subscribe_not_allowed',
  'invalid_topic',
  'invalid_filter',
  'message_rate',
  'packet_too_large',
  'too_large',
  'queue_full',
  'offline_queue_full',
  'drain_timeout',
  'too_many_subscriptions',
  'too_many_sessions',
  'bad_credentials',
  'revoked',
  'expired',
  'taken_over',
  'client_id_taken',
  'keep_alive',
  'protocol_error',
  'broker_unreachable',
  'sandbox_output_malformed',
  'sandbox_output_too_large',
  'sandbox_output_busy',
  'sandbox_command_not_granted',
  'sandbox_command_malformed',
] as const;

/** The reason of a doubtful value or of a lost device, in words; an unknown code is shown as it came. */
export function useReasonText(): (reason: string | null) => string | null {
  const { t } = useTranslation();
  return (reason) => {
    if (reason === null) return null;
    const exception = /^exception_(\w+)$/.exec(reason);
    if (exception) return t('reason.exception', { code: exception[1] ?? '' });
    const known = reasons.find((each) => each === reason);
    return known === undefined ? reason : t(`reason.${known}`);
  };
}

/** Why a message was refused or a client cut, in words; null for a code that has none. */
export function useRefusalText(): (code: string | null) => string | null {
  const { t } = useTranslation();
  return (code) => {
    const known = refusals.find((each) => each === code?.toLowerCase());
    return known === undefined ? null : t(`refusal.${known}`);
  };
}
