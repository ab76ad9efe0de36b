import { BookOpen, Wand } from "lucide-react";
import { useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { readErrors, useFormState } from "../../../input/form/form-state.ts";
import type { Mention } from "../../../records/comments/mention-text.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { ArticleLayer } from "./article-layer.tsx";
import { ChangeList } from "./change-list.tsx";
import { MacroLayer } from "./macro-layer.tsx";
import { ReplyBox } from "./reply-box.tsx";
import { ReplyFiles } from "./reply-files.tsx";
import {
  applyMacro,
  buildRequests,
  type ChosenMacro,
  canSend,
  emptyReply,
  findInsertEnd,
  findNextStatus,
  insertText,
  listChanges,
  listNextStatuses,
  MACRO_KEY,
  type MacroPreview,
  type ReplyDraft,
  type ReplyFile,
  type ReplyMode,
} from "./reply-rules.ts";
import { SendErrors } from "./send-errors.tsx";
import { findLaterAnswer, type ThreadEntry, type ThreadMessage, toCommentEntry } from "./thread-rules.ts";

interface TicketReplyProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly entries: readonly ThreadEntry[];
  readonly requester: string | null;
  /** Tells colleagues whether the user writes. */
  readonly onWriting: (isWriting: boolean) => void;
  readonly onNext: (() => void) | undefined;
}

const emptyForm = { ...emptyReply, macro: null, begunAt: null };

/** Comments that are read again before sending. */
const MAX_CHECKED = 5;

/** Writes a reply or a note, by hand, with a macro or from an article, and sends it together with a status. */
export function TicketReply({ kind, record, entries, requester, onWriting, onNext }: TicketReplyProps) {
  const t = useText();
  const session = useSession();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const [layer, setLayer] = useState<"macro" | "article">();
  const [answered, setAnswered] = useState<{ readonly answer: ThreadMessage; readonly status: string | undefined }>();
  const place = useRef(0);
  const nextPlace = useRef<number>(undefined);
  const key = draftKey(useScope(), `reply ${record.id}`);
  const form = useFormState(emptyForm, t, { key });
  const {
    mode,
    text,
    macro,
    begunAt,
    mentions,
    files: attached,
  } = form.values as {
    readonly mode: ReplyMode;
    readonly text: string;
    readonly files: readonly ReplyFile[];
    readonly mentions: readonly Mention[];
    readonly macro: ChosenMacro | null;
    readonly begunAt: string | null;
  };
  const draft: ReplyDraft = { mode, text, macro: macro ?? undefined, files: attached, mentions };
  const isNote = mode === "note";
  const statusField = kind.fields.find(({ name }) => name === "status");
  const nameStatus = (code: string): string => statusField?.choices?.find((choice) => choice.code === code)?.name ?? code;
  const files = kinds.find((candidate) => candidate.kind === "attachment" && candidate.operations.includes("create"));
  /** From the first letter on, answers of colleagues are news to the user. */
  const begin = (): void => {
    onWriting(true);
    if (begunAt === null) form.set("begunAt", entries.at(-1)?.at ?? record.created_at);
  };
  const write = (next: string): void => {
    if (next === MACRO_KEY && text === "") setLayer("macro");
    else {
      begin();
      form.set("text", next);
    }
  };
  const chooseMacro = async (option: Option): Promise<void> => {
    try {
      const query = { macro_id: option.id };
      const preview = await crm.request<MacroPreview>("GET", `${kind.path}/${record.id}/macro-preview`, { query });
      const next = applyMacro(draft, { id: option.id, name: option.label, preview });
      begin();
      for (const [name, value] of Object.entries(next)) form.set(name, value);
    } catch (error) {
      const { form: message, fields } = readErrors(error, t);
      const reason = Object.values(fields)[0] ?? message ?? t("The macro could not be applied");
      showToast({ text: reason, isError: true });
    }
  };
  const latestFiles = useRef(attached);
  latestFiles.current = attached;
  const setFiles = (next: readonly ReplyFile[]): void => {
    // Several uploads may end before the next render.
    latestFiles.current = next;
    form.set("files", next);
  };
  const addFile = ({ id, file_name, file_type }: ConsoleRecord): void =>
    setFiles([...latestFiles.current, { id, name: String(file_name), type: String(file_type) }]);
  /** Finds what a colleague answered since the user began. What the live changes did not bring yet is read. */
  const checkAnswers = async (): Promise<ThreadMessage | undefined> => {
    if (begunAt === null || isNote || text.trim() === "") return undefined;
    const query = { limit: MAX_CHECKED, include: "body", expand: "labels" };
    const rows = await crm.request<ConsoleRecord[]>("GET", `${kind.path}/${record.id}/comments`, { query });
    const latest = rows.map((row) => toCommentEntry(row, requester)).toReversed();
    return findLaterAnswer(latest, begunAt, session.id);
  };
  const send = async (status: string | undefined, isConfirmed = false): Promise<void> => {
    const result = await form.submit(async () => {
      const answer = isConfirmed ? undefined : await checkAnswers();
      if (answer) return { answer };
      for (const { method, path, body } of buildRequests(record, draft, status)) {
        await crm.request(method, path, { body });
        // What follows may be refused. The text was sent, and must not be sent again.
        if (method === "POST")
          for (const [name, value] of Object.entries({ text: "", files: [], mentions: [] })) form.set(name, value);
      }
      return {};
    });
    if (!result) return void invalidate(kind, record.id);
    if (result.answer) {
      setAnswered({ answer: result.answer, status });
      return void invalidate(kind, record.id);
    }
    setAnswered(undefined);
    onWriting(false);
    // A note is mostly followed by another one. A box that went back to the reply would send it to the customer.
    form.reset({ ...emptyForm, mode });
    await invalidate(kind, record.id);
    showToast({
      text: isNote ? t("The note was added") : requester === null ? t("Sent") : t("Sent to {name}", { name: requester }),
      ...(onNext ? { next: { label: t("Next ticket"), run: onNext } } : {}),
    });
  };
  const nextStatus = findNextStatus(draft, undefined);
  const sendLabel =
    nextStatus !== undefined && nextStatus !== record.status
      ? t("Send and set {status}", { status: nameStatus(nextStatus) })
      : isNote
        ? t("Add note")
        : t("Send");
  const live = findLaterAnswer(entries, begunAt ?? undefined, session.id);
  const shown = answered?.answer ?? (text.trim() === "" ? undefined : live);
  const missing = macro?.preview.comment?.missing ?? [];
  return (
    <>
      <ReplyBox
        label={isNote ? t("Internal note") : t("Reply")}
        head={
          <span className="min-w-0 flex-1">
            <SegmentedControl
              label={t("Kind of message")}
              segments={[
                { id: "reply", label: t("Reply") },
                { id: "note", label: t("Internal note") },
              ]}
              value={mode}
              onChange={(next) => form.set("mode", next)}
            />
          </span>
        }
        value={text}
        onChange={write}
        nextPlace={nextPlace}
        onPlace={(next) => {
          place.current = next;
        }}
        onFocusChange={(hasFocus) => onWriting(hasFocus || text.trim() !== "")}
        isNote={isNote}
        mentions={
          isNote ? { recordId: record.id, onMention: (mention) => form.set("mentions", [...mentions, mention]) } : undefined
        }
        files={files ? { kind, id: record.id, onUploaded: addFile } : undefined}
        tools={
          <>
            <Button isSmall variant="quiet" icon={<Wand />} onPress={() => setLayer("macro")}>
              {t("Macros")}
            </Button>
            <Button isSmall variant="quiet" icon={<BookOpen />} onPress={() => setLayer("article")}>
              {t("Articles")}
            </Button>
          </>
        }
        sendLabel={sendLabel}
        canSend={canSend(draft)}
        isSending={form.isSaving}
        onSend={() => void send(undefined)}
        choices={listNextStatuses(record, mode).map((id) => ({
          id,
          label: canSend(draft)
            ? t("Send and set {status}", { status: nameStatus(id) })
            : t("Set {status}", { status: nameStatus(id) }),
        }))}
        choicesLabel={t("Send with a status")}
        onChoose={(status) => void send(status)}
      >
        <SendErrors form={form} labelFor={(name) => kind.fields.find((field) => field.name === name)?.label ?? t("Message")} />
        {shown ? (
          <Banner
            kind="warning"
            title={t("{name} answered meanwhile", { name: shown.author ?? t("A colleague") })}
            action={
              answered ? (
                <Button isSmall isPending={form.isSaving} onPress={() => void send(answered.status, true)}>
                  {t("Send anyway")}
                </Button>
              ) : undefined
            }
          >
            <p dir="auto" className="line-clamp-2">
              {shown.body}
            </p>
          </Banner>
        ) : null}
        <ReplyFiles files={attached} onRemove={(id) => setFiles(attached.filter((file) => file.id !== id))} />
        {missing.length === 0 ? null : (
          <Banner kind="warning" title={t("The macro has no value for: {fields}", { fields: missing.join(", ") })} />
        )}
        <ChangeList
          kind={kind}
          changes={listChanges(draft)}
          onDrop={(field) => macro && form.set("macro", { ...macro, dropped: [...macro.dropped, field] })}
        />
      </ReplyBox>
      <MacroLayer isOpen={layer === "macro"} onClose={() => setLayer(undefined)} onChoose={(macro) => void chooseMacro(macro)} />
      <ArticleLayer
        isOpen={layer === "article"}
        onClose={() => setLayer(undefined)}
        ticketId={record.id}
        isForNote={isNote}
        onInsert={(added) => {
          nextPlace.current = findInsertEnd(text, place.current, added);
          write(insertText(text, place.current, added));
        }}
      />
    </>
  );
}
