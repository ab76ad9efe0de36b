import { ArrowLeft, ClipboardCheck, FlaskConical, Send } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { crm } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Kind, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { readErrors, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { CampaignState } from "../campaign/campaign-state.tsx";
import { useMemberCount } from "../campaign/use-member-choice.ts";
import { SendAudience } from "./send-audience.tsx";
import { SendCheck } from "./send-check.tsx";
import { SendContent } from "./send-content.tsx";
import { SendDialog, type SendPreview, type TrackingChoice } from "./send-dialog.tsx";
import {
  buildDraftBody,
  buildSchedule,
  buildSendBody,
  buildTestBody,
  buildTestMessage,
  buildTestPatch,
  type Channel,
  changeTested,
  emptySend,
  findTestTime,
  isTested,
  type Made,
  omitChanged,
  type SendDraft,
} from "./send-rules.ts";
import { SendTime } from "./send-time.tsx";
import { TestSend } from "./test-send.tsx";
import { VariantFields } from "./variant-fields.tsx";

interface SendFormProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly channel: Channel;
  /** What the form begins with. Without it, nothing is entered. */
  readonly initial?: SendDraft;
  /** The draft of an A/B test that the form changes. */
  readonly test?: StoredTest;
  /** Called with what was made: a send, a test, or a draft of one of them. */
  readonly onDone: (made: Made) => void;
  readonly onClose: () => void;
}

/** A test as the form knows it, with the version that the user saw. */
interface StoredTest {
  readonly id: string;
  readonly version: number;
}

const ACCOUNTS_PATH = "/api/v1/mail-accounts";
const SENDS_PATH = "/api/v1/email-sends";
const draftFields = Object.keys(emptySend);

/** Sends a mail or a text message to the members of a campaign: what, by whom, to whom, when, and as a test of variants. */
export function SendForm({ kind, record, channel, initial = emptySend, test, onDone, onClose }: SendFormProps) {
  const t = useText();
  const scope = useScope();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const { data: sendKind } = useKind("email_send");
  const isMail = channel === "email";
  const form = useFormState({ ...initial } as Readonly<Record<string, unknown>>, t, {
    key: draftKey(scope, test ? `send ${test.id}` : `send ${initial.hasVariants ? "test" : channel} ${record.id}`),
  });
  const draft = form.values as unknown as SendDraft;
  /** The ids of what is stored already, so that a repeat makes no second one. */
  const [stored, setStored] = useState<{ readonly send?: string; readonly test?: StoredTest }>(test ? { test } : {});
  const [check, setCheck] = useState<SendPreview>();
  const [layer, setLayer] = useState<"test" | "check" | "send">();
  const frame = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that opened the form is gone.
  useEffect(() => heading.current?.focus(), []);
  /** How often the server refused. Each time, the first fault is shown. */
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals === 0) return;
    const fault = frame.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
    fault?.scrollIntoView({ block: "center" });
    fault?.focus();
  }, [refusals]);
  const senderKind = kinds.find((candidate) => candidate.kind === (isMail ? "mail_account" : "sms_sender"));
  const searchSenders = useMemo(() => (senderKind ? createRecordSearch(senderKind) : undefined), [senderKind]);
  /** The inputs that the user has changed since the last refusal. */
  const [changed, setChanged] = useState<readonly string[]>([]);
  const errors = omitChanged(form.errors.fields, changed);
  const refuse = (): void => {
    setChanged([]);
    setRefusals((before) => before + 1);
  };
  const change = (changes: Partial<SendDraft>): void => {
    for (const [name, value] of Object.entries(changes)) form.set(name, value);
    setChanged((before) => [...new Set([...before, ...Object.keys(changes)])]);
  };
  const isTest = isTested(draft, channel);
  const members = useMemberCount(
    record.id,
    draft.audience === "members" && draft.member_status.length === 0 && draft.excluded.length === 0,
  );
  const newTitle = isTest ? t("New A/B test") : isMail ? t("New email") : t("New text message");
  const title = test ? t("Edit the A/B test") : newTitle;
  const name = draft.name.trim() || String(record.name);
  const testsPath = `${kind.path}/${record.id}/ab-tests`;
  const sendPath = `${kind.path}/${record.id}/${isMail ? "send-email" : "send-sms"}`;
  /** Stores the send as a draft, once. */
  const storeSend = async (tracks = draft.tracks): Promise<string> => {
    const body = buildDraftBody({ ...draft, tracks }, channel, record.id, name);
    const { id } = await (stored.send === undefined
      ? crm.request<ConsoleRecord>("POST", SENDS_PATH, { body })
      : crm.request<ConsoleRecord>("PATCH", `${SENDS_PATH}/${stored.send}`, { body }));
    setStored((before) => ({ ...before, send: id }));
    return id;
  };
  const storeTest = async (tracks = draft.tracks): Promise<string> => {
    const chosen = { ...draft, tracks };
    const { id, version } = await (stored.test === undefined
      ? crm.request<ConsoleRecord>("POST", testsPath, { body: buildTestBody(chosen, name) })
      : crm.request<ConsoleRecord>("PATCH", `${testsPath}/${stored.test.id}`, {
          body: buildTestPatch(chosen, name),
          ifMatch: stored.test.version,
        }));
    setStored((before) => ({ ...before, test: { id, version: Number(version) } }));
    return id;
  };
  const finish = async (made: Made): Promise<void> => {
    form.discard();
    await Promise.all([invalidate({ kind: "email_send" }), invalidate({ kind: "campaign" }, record.id)]);
    onDone(made);
  };
  /** The draft was only there to be checked. What goes out has everything that it had. */
  const removeDraft = async (): Promise<void> => {
    if (stored.send !== undefined) await crm.request("DELETE", `${SENDS_PATH}/${stored.send}`).catch(() => undefined);
  };
  /** Stores what is written as a draft, and asks the server what would happen. Undefined: the server refused. */
  const loadPreview = async (): Promise<SendPreview | undefined> =>
    form.submit(async () => {
      const path = isTest ? `${testsPath}/${await storeTest()}` : `${SENDS_PATH}/${await storeSend()}`;
      const result: SendPreview = await crm.request<SendPreview>("POST", `${path}/check`, { body: {} });
      return result;
    });
  const preview = async (next: "check" | "send"): Promise<void> => {
    const found = await loadPreview();
    if (!found) return refuse();
    setCheck(found);
    setLayer(next);
  };
  const saveDraft = async (): Promise<void> => {
    if (!(await form.submit(() => (isTest ? storeTest() : storeSend())))) return refuse();
    if (isTest) await removeDraft();
    await finish(isTest ? "test-draft" : "send-draft");
  };
  const startTest = async (tracks: boolean | null): Promise<boolean> => {
    const id = await storeTest(tracks);
    const time = findTestTime(draft);
    await crm.request("POST", `${testsPath}/${id}/start`, { body: time === undefined ? {} : { schedule_at: time } });
    await removeDraft();
    return true;
  };
  const startSend = async (tracks: boolean | null): Promise<boolean> => {
    if (draft.audience === "members") {
      await crm.request("POST", sendPath, { body: buildSendBody({ ...draft, tracks }, channel) });
      await removeDraft();
      return true;
    }
    const id = await storeSend(tracks);
    await crm.request("POST", `${SENDS_PATH}/${id}/schedule`, { body: buildSchedule(draft) });
    return true;
  };
  const send = async ({ tracks, isForAccount }: TrackingChoice): Promise<void> => {
    const account = check?.mail_account_id;
    setLayer(undefined);
    const isSent = await form.submit(async () => {
      if (isForAccount && account) await crm.request("PATCH", `${ACCOUNTS_PATH}/${account}`, { body: { tracks } });
      return isTest ? startTest(tracks) : startSend(tracks);
    });
    if (!isSent) return refuse();
    await finish(isTest ? "test" : "send");
  };
  /** What was stored only for the question is removed with it. */
  const close = async (): Promise<void> => {
    await removeDraft();
    if (!test && stored.test) await crm.request("DELETE", `${testsPath}/${stored.test.id}`).catch(() => undefined);
    onClose();
  };
  const sendTest = async (users: readonly string[]): Promise<boolean> => {
    try {
      await crm.request("POST", sendPath, { body: buildTestMessage(draft, channel, users) });
    } catch (error) {
      const { form: message, fields } = readErrors(error, t);
      showToast({ text: message ?? Object.values(fields)[0] ?? t("The test could not be sent"), isError: true });
      return false;
    }
    showToast({ text: t("{count, plural, one {# test was sent} other {# tests were sent}}", { count: users.length }) });
    return true;
  };
  const verb = isTest ? t("Start the test") : draft.when === "now" ? t("Send now") : t("Schedule");
  const labels: Readonly<Record<string, string>> = { exclude_segments: t("Excluded segments"), member_status: t("Members") };
  return (
    <form
      ref={frame}
      noValidate
      aria-label={title}
      // What is scrolled to stands above the foot.
      className="flex min-w-0 flex-col gap-6 **:scroll-mb-field-short"
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.isSaving) void preview("send");
      }}
    >
      <header className="flex flex-wrap items-center gap-2">
        <span className="-ms-2">
          <Button variant="quiet" icon={<ArrowLeft className="mirror" />} onPress={() => void close()}>
            {test || initial.hasVariants ? t("All A/B tests") : t("All sends")}
          </Button>
        </span>
        <h2 ref={heading} tabIndex={-1} className="min-w-0 flex-1 text-section font-semibold outline-none">
          {title}
        </h2>
      </header>
      <FormSummary
        form={form}
        shownFields={[
          ...draftFields,
          "template_id",
          "sender_id",
          "variants",
          "content",
          "exclude_segments",
          "exclude_segment_ids",
          "segment_id",
          "contact_list_id",
          "to_members",
        ]}
        labelFor={(field) => labels[field] ?? sendKind?.fields.find((candidate) => candidate.name === field)?.label ?? field}
      />
      <CampaignState kind={kind} record={record} isLater={draft.when !== "now"} />
      <SendAudience
        draft={draft}
        errors={errors}
        senders={isTest && draft.tests === "sender" ? undefined : searchSenders}
        onChange={change}
      />
      <SendContent campaign={record.id} channel={channel} draft={draft} errors={errors} onChange={change} />
      {isMail ? (
        <fieldset className="flex w-full max-w-form min-w-0 flex-col gap-4">
          <legend className="pb-3 text-section font-semibold">{t("A/B test")}</legend>
          {test ? null : (
            <Switch isSelected={draft.hasVariants} onChange={(hasVariants) => change(changeTested(draft, { hasVariants }))}>
              {t("Try variants on a sample first, and send the winner to the others")}
            </Switch>
          )}
          {draft.hasVariants ? (
            <VariantFields draft={draft} errors={errors} senders={searchSenders} members={members} onChange={change} />
          ) : null}
        </fieldset>
      ) : null}
      <SendTime draft={draft} isTest={isTest} errors={errors} onChange={change} />
      <div className="w-full max-w-form">
        <TextField
          label={t("Name")}
          note="optional"
          help={t("Only your organization sees it.")}
          value={draft.name}
          onChange={(text) => change({ name: text })}
          error={errors.name}
          maxLength={200}
        />
      </div>
      <footer className="bottom-0 z-1 flex flex-wrap items-center justify-end gap-2 border-t border-border bg-bg py-3 tablet:sticky">
        <Button isPending={form.isSaving} onPress={() => void saveDraft()}>
          {t("Save as a draft")}
        </Button>
        <Button icon={<FlaskConical />} onPress={() => setLayer("test")}>
          {t("Send a test")}
        </Button>
        <Button icon={<ClipboardCheck />} isPending={form.isSaving} onPress={() => void preview("check")}>
          {t("Check")}
        </Button>
        <Button type="submit" variant="primary" icon={<Send />} isPending={form.isSaving}>
          {verb}
        </Button>
      </footer>
      <LeaveGuard form={form} />
      {layer === "check" && check ? (
        <Drawer title={t("Check")} isOpen onOpenChange={() => setLayer(undefined)}>
          <SendCheck result={check} />
        </Drawer>
      ) : null}
      {layer === "send" && check ? (
        <SendDialog
          title={isTest ? t("Start the test?") : draft.when === "now" ? t("Send the message?") : t("Schedule the message?")}
          verb={verb}
          isMail={isMail}
          preview={check}
          tracks={draft.tracks}
          onConfirm={send}
          onClose={() => setLayer(undefined)}
        />
      ) : null}
      {layer === "test" ? <TestSend onSend={sendTest} onClose={() => setLayer(undefined)} /> : null}
    </form>
  );
}
