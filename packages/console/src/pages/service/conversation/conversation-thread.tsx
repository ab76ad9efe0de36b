import { BookOpen } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { usePresence } from "../../../api/presence.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { draftKey } from "../../../input/form/draft-store.ts";
import { useFormState } from "../../../input/form/form-state.ts";
import { useThread } from "../../../records/comments/thread-reads.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { ArticleLayer } from "../ticket/article-layer.tsx";
import { nameCorrespondent, useChannelNames } from "../ticket/channel-names.ts";
import { ReplyBox } from "../ticket/reply-box.tsx";
import { findInsertEnd, insertText } from "../ticket/reply-rules.ts";
import { SendErrors } from "../ticket/send-errors.tsx";
import { findLaterAnswer, type ThreadEntry, toMessageEntry } from "../ticket/thread-rules.ts";
import { ThreadShell } from "../ticket/thread-shell.tsx";
import { ThreadView } from "../ticket/thread-view.tsx";
import { buildAnswer, estimateSegments, suggestSubject } from "./conversation-rules.ts";

interface ConversationThreadProps {
  readonly kind: Kind;
  readonly id: string;
  /** Undefined while it loads. The messages load at the same time. */
  readonly record: ConsoleRecord | undefined;
  readonly isInPage?: boolean;
}

/** The messages of a conversation, and the box to answer. */
export function ConversationThread({ kind, id, record, isInPage = false }: ConversationThreadProps) {
  const t = useText();
  const session = useSession();
  const [isWriting, setWriting] = useState(false);
  const present = usePresence(id, isWriting);
  const name = record ? nameCorrespondent(record) : null;
  const messages = useThread(kind, id);
  const entries = useMemo(
    () => (messages.data?.pages.flatMap(({ data }) => data) ?? []).map((row) => toMessageEntry(row, name)).toReversed(),
    [messages.data, name],
  );
  const statusLabels = {
    queued: t("Waits to be sent"),
    sending: t("Is being sent"),
    unknown: t("No answer from the provider yet"),
    sent: t("Sent"),
    delivered: t("Delivered"),
    undelivered: t("Not delivered"),
    failed: t("Failed"),
    cancelled: t("Canceled"),
  };
  return (
    <ThreadShell
      isInPage={isInPage}
      lastId={entries.at(-1)?.id}
      present={present}
      messages={(scrollsWithPage) => (
        <ThreadView
          entries={entries}
          isLoading={!record || messages.isPending}
          onLoadMore={messages.hasNextPage ? () => void messages.fetchNextPage() : undefined}
          isLoadingMore={messages.isFetchingNextPage}
          statusLabels={statusLabels}
          isInPage={scrollsWithPage}
        >
          {messages.error ? <LoadError query={messages} text={t("The messages could not be loaded")} /> : null}
        </ThreadView>
      )}
      reply={
        record && messages.data && session.permissions.includes("message:send") ? (
          <ConversationReply record={record} kind={kind} entries={entries} onWriting={setWriting} />
        ) : undefined
      }
    />
  );
}

interface ConversationReplyProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly entries: readonly ThreadEntry[];
  readonly onWriting: (isWriting: boolean) => void;
}

/** Answers on the channel of the conversation, from the sender to which the other one wrote. */
function ConversationReply({ kind, record, entries, onWriting }: ConversationReplyProps) {
  const t = useText();
  const session = useSession();
  const invalidate = useInvalidation();
  const channelName = useChannelNames();
  const [isFinding, setFinding] = useState(false);
  const place = useRef(0);
  const nextPlace = useRef<number>(undefined);
  const suggested = suggestSubject(record.channel, entries);
  const form = useFormState({ text: "", subject: suggested, begunAt: null }, t, {
    key: draftKey(useScope(), `reply ${record.id}`),
  });
  const { text, subject, begunAt } = form.values as {
    readonly text: string;
    readonly subject: string | undefined;
    readonly begunAt: string | null;
  };
  const later = text.trim() === "" ? undefined : findLaterAnswer(entries, begunAt ?? undefined, session.id);
  const write = (next: string): void => {
    if (begunAt === null) form.set("begunAt", entries.at(-1)?.at ?? record.created_at);
    form.set("text", next);
  };
  const send = async (): Promise<void> => {
    const isSent = await form.submit(async () => {
      await crm.request("POST", "/api/v1/messages", { body: buildAnswer(record, text, subject ?? suggested) });
      return true;
    });
    if (!isSent) return;
    form.discard();
    onWriting(false);
    await invalidate(kind, record.id);
  };
  const segments = record.channel === "sms" ? estimateSegments(text.trim()) : 0;
  const sender = [record.expanded?.sender_id, record.expanded?.mail_account_id, record.expanded?.number_id].flat().find(Boolean);
  return (
    <>
      <ReplyBox
        label={t("Reply")}
        head={
          <span className="min-w-0 flex-1 truncate text-control text-text-muted">
            {sender
              ? t("{channel} from {sender}", { channel: channelName(String(record.channel)), sender: sender.name })
              : channelName(String(record.channel))}
          </span>
        }
        value={text}
        onChange={write}
        nextPlace={nextPlace}
        onPlace={(next) => {
          place.current = next;
        }}
        onFocusChange={(hasFocus) => onWriting(hasFocus || text.trim() !== "")}
        error={form.errors.fields.body}
        tools={
          <>
            <Button isSmall variant="quiet" icon={<BookOpen />} onPress={() => setFinding(true)}>
              {t("Articles")}
            </Button>
            {segments > 1 ? (
              <span className="text-meta text-text-muted">
                {t("{count, plural, one {# text message} other {# text messages}}", { count: segments })}
              </span>
            ) : null}
          </>
        }
        sendLabel={t("Send")}
        canSend={text.trim() !== "" && (suggested === undefined || (subject ?? suggested).trim() !== "")}
        isSending={form.isSaving}
        onSend={() => void send()}
      >
        <SendErrors form={form} shownFields={["body", "subject"]} labelFor={() => t("Message")} />
        {later ? (
          <Banner kind="warning" title={t("{name} answered meanwhile", { name: later.author ?? t("A colleague") })}>
            <p dir="auto" className="line-clamp-2">
              {later.body}
            </p>
          </Banner>
        ) : null}
        {suggested === undefined ? null : (
          <TextField
            label={t("Subject")}
            value={subject ?? suggested}
            onChange={(next) => form.set("subject", next)}
            error={form.errors.fields.subject}
          />
        )}
      </ReplyBox>
      <ArticleLayer
        isOpen={isFinding}
        onClose={() => setFinding(false)}
        onInsert={(added) => {
          nextPlace.current = findInsertEnd(text, place.current, added);
          write(insertText(text, place.current, added));
        }}
      />
    </>
  );
}
