import { IconArrowDownLeft, IconArrowUpRight, IconBan } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PilotMessage, Source } from '../../../../../src/contract/index.ts';
import { useRefusalText } from '../../../components/code-texts.ts';
import { CodeBlock } from '../../../components/CodeBlock.tsx';
import { SourceTag } from '../../../components/StatusTags.tsx';
import { Tag } from '../../../components/Tag.tsx';
import { TimeText } from '../../../components/TimeText.tsx';
import { bytes } from '../../../format/number.ts';
import { useLanguage } from '../../../i18n/index.ts';
import classes from './Messages.module.css';

const text = (payload: unknown, indent?: number) =>
  typeof payload === 'string' ? payload : JSON.stringify(payload, null, indent);

function sourceOf(payload: unknown): Source | null {
  const source: unknown =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'source') : undefined;
  return source === 'live' || source === 'replay' || source === 'synthetic' ? source : null;
}

/** One message; opens to its whole JSON. */
export const MessageRow = memo(function MessageRow({ message }: { readonly message: PilotMessage }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const { topic, direction, payload, accepted, reason } = message;
  const refusalText = useRefusalText();
  const source = sourceOf(payload);
  const received = direction === 'receive';
  return (
    <li data-testid="message" data-accepted={accepted}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={classes.message}>
          <span className={classes.when}>
            <TimeText at={message.at} style="clock" />
          </span>
          <span className={classes.tags}>
            {accepted ? (
              <Tag
                tone={received ? 'neutral' : 'brand'}
                icon={received ? <IconArrowDownLeft aria-hidden /> : <IconArrowUpRight aria-hidden />}
              >
                {received ? t('messages.toService') : t('messages.fromService')}
              </Tag>
            ) : (
              <Tag tone="bad" icon={<IconBan aria-hidden />}>
                {t('messages.refusedMark')}
              </Tag>
            )}
            {source !== null && <SourceTag source={source} quiet />}
          </span>
          <span className={classes.topic}>
            <code>{topic}</code>
            {!accepted && reason !== null && (
              <span className={classes.reason}>{refusalText(reason) ?? reason}</span>
            )}
          </span>
          <span className={classes.preview} aria-hidden>
            {text(payload)}
          </span>
          <span className={classes.size}>{bytes(message.bytes, language)}</span>
        </summary>
        {open && (
          <div className={classes.json}>
            <CodeBlock code={text(payload, 2)} label={t('messages.rawJson')} copyLabel={t('action.copy')} />
          </div>
        )}
      </details>
    </li>
  );
});
