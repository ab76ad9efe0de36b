import { ArrowLeft, Ban, Pencil, Play, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import { type Kind, useKindIndex } from "../data/schema.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { EMPTY } from "../fields/value-text.ts";
import { formatCount } from "../i18n/formatters.ts";
import { formatExact, formatRelative } from "../i18n/time.ts";
import { type Translate, useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import type { Hue } from "../kit/hue.ts";
import { Reference } from "../kit/reference.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { Tag } from "../kit/tag.tsx";
import { useMailPreview } from "../mail/mail-data.ts";
import { LookControls, MailView, usePreviewLook } from "../mail/mail-preview.tsx";
import { LoadError } from "../shell/load-error.tsx";
import type { AbTest } from "./ab-test.ts";
import { useAbTest, useRecordName } from "./ab-test-data.ts";
import { describePair, nameMetric, namePart, nameTestStatus, nameWarning } from "./ab-test-rules.ts";
import { findAction, useCampaignChange } from "./campaign-data.ts";
import { IntervalList } from "./interval-list.tsx";
import { formatRate } from "./performance-data.ts";
import { useAnyTemplate } from "./send-content.tsx";
import { isEditableTest } from "./test-draft.ts";
import { useMemberChoice } from "./use-member-choice.ts";

interface AbTestDetailProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly id: string;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

export const testHues: Readonly<Record<string, Hue>> = {
  DRAFT: "gray",
  RUNNING: "blue",
  DECIDED: "green",
  INCONCLUSIVE: "yellow",
  FAULTY: "red",
  CANCELLED: "gray",
};

interface Clock {
  readonly now: string;
  readonly relative: (instant: string) => string;
}

/** Says where a test stands and what happens next. */
function describeState(test: AbTest, { now, relative }: Clock, t: Translate): string {
  if (test.error) return test.error;
  if (test.is_waiting)
    return test.status === "FAULTY"
      ? t("The numbers of persons differ more than the shares allow. Choose the variant that the others get.")
      : t("No variant won. Choose the one that the others get.");
  if (test.status === "DRAFT") return t("The test has not started.");
  if (test.status === "CANCELLED") return t("The test was cancelled. The others get no mail.");
  if (test.status === "RUNNING") {
    if (test.sample_sent_at === null)
      return t("The sample is being sent, or waits for approval. The time until the decision begins after its last mail.");
    return test.decide_at !== null && test.decide_at > now
      ? t("The sample was sent. The decision is made {time}.", { time: relative(test.decide_at) })
      : t("The decision is being made.");
  }
  if (test.winning_variant === null) return t("The test ended without a winner.");
  if (test.decision?.decided_by) return t("A person chose {letter} for the others.", { letter: test.winning_variant });
  return test.decision?.outcome === "winner"
    ? t("{letter} won. The others get this variant.", { letter: test.winning_variant })
    : t("No variant won. The others get {letter}, which has the highest rate.", { letter: test.winning_variant });
}

/** An A/B test: its state, its variants beside each other, and how sure the difference is. */
export function AbTestDetail({ kind, record, id, onEdit, onClose }: AbTestDetailProps) {
  const t = useText();
  const options = useTextOptions();
  const { locale } = options;
  const query = useAbTest(record.id, id);
  const change = useCampaignChange(["campaign", "email_send"]);
  const [chosen, setChosen] = useState<string>();
  const [ending, setEnding] = useState<"cancel" | "delete">();
  const back = (
    <span className="-ms-2">
      <Button variant="quiet" icon={<ArrowLeft className="mirror" />} autoFocus onPress={onClose}>
        {t("All A/B tests")}
      </Button>
    </span>
  );
  if (query.error)
    return (
      <div className="flex min-w-0 flex-col gap-4">
        {back}
        <LoadError query={query} text={t("The figures could not be loaded")} />
      </div>
    );
  if (!query.data) return <Skeleton shape="block" />;
  const { test, results } = query.data;
  const path = `/api/v1/campaigns/${record.id}/ab-tests/${id}`;
  const now = new Date().toISOString();
  const { pairs } = test.decision ?? results;
  const intervals = test.decision?.intervals ?? results.variants;
  const words = {
    formatShare: (share: number | null): string => formatRate(share === null ? null : String(share * 100), locale),
    level: formatRate(String(test.confidence_level), locale),
  };
  const state = describeState(test, { now, relative: (instant) => formatRelative(instant, now, options) }, t);
  const [canStart, canCancel, canDelete, canChoose] = [
    ["startCampaignAbTest", test.status === "DRAFT"] as const,
    ["cancelCampaignAbTest", test.status === "RUNNING"] as const,
    ["deleteCampaignAbTest", test.status !== "RUNNING"] as const,
    ["chooseCampaignAbTestVariant", test.is_waiting] as const,
  ].map(([name, isPossible]) => isPossible && findAction(kind, name) !== undefined);
  const canEdit = isEditableTest(test) && findAction(kind, "updateCampaignAbTest") !== undefined;
  const remove = async (): Promise<void> => {
    if (await change("DELETE", path)) onClose();
  };
  const hasStarted = test.start_date !== null;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <header className="flex min-w-0 flex-col gap-2">
        {back}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h2 dir="auto" className="min-w-0 text-section font-semibold wrap-anywhere">
            {test.name}
          </h2>
          <Tag label={nameTestStatus(test.status, t)} hue={testHues[test.status] ?? "gray"} hasDot />
          <span className="flex flex-wrap gap-2 tablet:ms-auto">
            {canDelete ? (
              <Button icon={<Trash2 />} onPress={() => setEnding("delete")}>
                {t("Delete")}
              </Button>
            ) : null}
            {canCancel ? (
              <Button icon={<Ban />} onPress={() => setEnding("cancel")}>
                {t("Cancel the test")}
              </Button>
            ) : null}
            {canEdit ? (
              <Button icon={<Pencil />} onPress={onEdit}>
                {t("Edit")}
              </Button>
            ) : null}
            {canStart ? (
              <Button icon={<Play />} variant="primary" onPress={() => void change("POST", `${path}/start`, {})}>
                {t("Start the test")}
              </Button>
            ) : null}
          </span>
        </div>
        <p className="text-control text-text-muted">
          {[
            t("Tests: {part}", { part: namePart(test.tests, t) }),
            t("Decides: {metric}", { metric: nameMetric(test.success_metric, t) }),
            t("Sample: {share}", { share: formatRate(String(test.sample_percent), locale) }),
          ].join(" · ")}
        </p>
      </header>
      <div aria-live="polite" className="flex min-w-0 flex-col gap-2">
        <Banner
          kind={test.error ? "danger" : test.is_waiting ? "warning" : test.winning_variant ? "success" : "info"}
          title={state}
        >
          {test.status === "RUNNING" && test.sample_sent_at !== null && test.decide_at !== null ? (
            <p>{formatExact(test.decide_at, options)}</p>
          ) : null}
        </Banner>
        {(hasStarted ? results.warnings : []).map((code) => {
          const text = nameWarning(code, t);
          return text === undefined ? null : <Banner key={code} kind="warning" title={text} />;
        })}
      </div>
      {hasStarted ? (
        <section
          aria-label={nameMetric(test.success_metric, t)}
          className="flex min-w-0 flex-col gap-4 rounded-card border border-border bg-surface p-4"
        >
          <h3 className="text-body font-semibold">
            {test.decision
              ? t("{metric} at the decision", { metric: nameMetric(test.success_metric, t) })
              : t("{metric} so far", { metric: nameMetric(test.success_metric, t) })}
          </h3>
          <IntervalList intervals={intervals} level={test.confidence_level} winner={test.winning_variant} />
          <ul className="flex min-w-0 flex-col gap-1 text-body">
            {pairs.map((pair) => (
              <li key={`${pair.a} ${pair.b}`}>{describePair(pair, intervals, words, t)}</li>
            ))}
          </ul>
        </section>
      ) : null}
      <VariantCards campaign={record.id} test={test} results={results} onChoose={canChoose ? setChosen : undefined} />
      {results.rest ? (
        <p className="text-control tabular-nums text-text-muted">
          {t("The others: {written} messages, {opened} opened, {clicked} clicked", {
            written: formatCount(results.rest.written, locale),
            opened: formatCount(results.rest.opened, locale),
            clicked: formatCount(results.rest.clicked, locale),
          })}
        </p>
      ) : null}
      {chosen === undefined ? null : (
        <Confirmation
          title={t("Send variant {letter} to the others", { letter: chosen })}
          text={t("All members outside of the sample get this variant. This cannot be undone.")}
          verb={t("Send variant {letter}", { letter: chosen })}
          onConfirm={() => change("POST", `${path}/choose`, { variant: chosen })}
          onClose={() => setChosen(undefined)}
        />
      )}
      {ending === "cancel" ? (
        <Confirmation
          isDanger
          title={t("Cancel the test")}
          text={t("Mails of the sample that wait are not sent, and the others get no mail. This cannot be undone.")}
          verb={t("Cancel the test")}
          onConfirm={() => change("POST", `${path}/cancel`, {})}
          onClose={() => setEnding(undefined)}
        />
      ) : null}
      {ending === "delete" ? (
        <Confirmation
          isDanger
          title={t("Delete the test")}
          text={t("The figures and the decision of the test are deleted with it. Its sends stay.")}
          verb={t("Delete the test")}
          onConfirm={remove}
          onClose={() => setEnding(undefined)}
        />
      ) : null}
    </div>
  );
}

interface ConfirmationProps {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly isDanger?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

function Confirmation({ title, text, verb, isDanger = false, onConfirm, onClose }: ConfirmationProps) {
  const t = useText();
  const [isRunning, setRunning] = useState(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    await onConfirm();
    onClose();
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button onPress={close} autoFocus>
            {t("Back")}
          </Button>
          <Button variant={isDanger ? "danger" : "primary"} isPending={isRunning} onPress={() => void run()}>
            {verb}
          </Button>
        </>
      )}
    >
      {text}
    </Dialog>
  );
}

type Results = NonNullable<ReturnType<typeof useAbTest>["data"]>["results"];

interface VariantCardsProps {
  readonly campaign: string;
  readonly test: AbTest;
  readonly results: Results;
  /** Undefined: there is nothing to choose. */
  readonly onChoose: ((letter: string) => void) | undefined;
}

/** The variants beside each other, with their counts and the mail that their readers get. */
function VariantCards({ campaign, test, results, onChoose }: VariantCardsProps) {
  const t = useText();
  const member = useMemberChoice(campaign);
  const [look, setLook] = usePreviewLook();
  return (
    <section aria-label={t("Variants")} className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <h3 className="min-w-0 flex-1 text-section font-semibold">{t("Variants")}</h3>
        <LookControls look={look} onChange={setLook} />
      </div>
      <div className="w-full max-w-field">
        <Reference
          label={t("Show as the member")}
          note="optional"
          value={member.chosen}
          search={member.search}
          onChange={member.choose}
        />
      </div>
      <ul className="grid min-w-0 grid-cols-1 items-start gap-4 tablet:grid-cols-2">
        {test.variants.map((variant) => (
          <VariantCard
            key={variant.id}
            test={test}
            variant={variant}
            figures={results.variants.find(({ id }) => id === variant.id)}
            person={member.chosen?.id}
            look={look}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </section>
  );
}

interface VariantCardProps extends Pick<VariantCardsProps, "test" | "onChoose"> {
  readonly variant: AbTest["variants"][number];
  readonly figures: Results["variants"][number] | undefined;
  readonly person: string | undefined;
  readonly look: ReturnType<typeof usePreviewLook>[0];
}

function VariantCard({ test, variant, figures, person, look, onChoose }: VariantCardProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const isWinner = test.winning_variant === variant.id;
  const count = (value: number | undefined): string => (value === undefined ? EMPTY : formatCount(value, locale));
  const facts = [
    [t("Persons"), figures?.assigned],
    [t("Delivered"), figures?.delivered],
    [t("Opened"), figures?.opened],
    [t("Clicked"), figures?.clicked],
    [t("Responded"), figures?.responded],
    [t("Converted"), figures?.converted],
  ] as const;
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <header className="flex min-h-control flex-wrap items-center gap-2">
        <h4 className="text-body font-semibold">{t("Variant {letter}", { letter: variant.id })}</h4>
        {isWinner ? <Tag label={t("For the others")} hue="green" hasDot /> : null}
        {onChoose ? (
          <span className="ms-auto">
            <Button isSmall onPress={() => onChoose(variant.id)}>
              {t("Send variant {letter}", { letter: variant.id })}
            </Button>
          </span>
        ) : null}
      </header>
      {test.tests === "subject" ? null : <VariantDifference test={test} variant={variant} />}
      {test.start_date === null ? null : (
        <dl className="grid grid-cols-3 gap-x-4 gap-y-2 text-control">
          {facts.map(([label, value]) => (
            <div key={label} className="flex min-w-0 flex-col">
              <dt className="text-meta text-text-muted wrap-anywhere">{label}</dt>
              <dd className="font-medium tabular-nums">{count(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <VariantMail test={test} variant={variant} person={person} look={look} />
    </li>
  );
}

/** What the variant has in another way than the others. */
function VariantDifference({ test, variant }: Pick<VariantCardProps, "test" | "variant">) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const pathOf = (name: string): string | undefined => kinds.find(({ kind }) => kind === name)?.path;
  const template = useRecordName(pathOf("message_template"), test.tests === "content" ? variant.template_id : null);
  const sender = useRecordName(pathOf("mail_account"), test.tests === "sender" ? variant.sender_id : null);
  const texts: Readonly<Record<string, string | null | undefined>> = {
    subject: variant.subject,
    content: template ?? variant.content?.subject,
    sender,
    time: variant.send_at && formatExact(variant.send_at, options),
  };
  return (
    <p dir="auto" className="text-body wrap-anywhere">
      <span className="text-text-muted">{namePart(test.tests, t)}: </span>
      {texts[test.tests] ?? EMPTY}
    </p>
  );
}

/** The mail of the variant: that of the test, with what the variant replaces. */
function VariantMail({ test, variant, person, look }: Pick<VariantCardProps, "test" | "variant" | "person" | "look">) {
  const t = useText();
  const content = variant.content ?? (variant.template_id === null ? test.content : null);
  const blocks = content?.blocks ?? null;
  const { data: anyTemplate } = useAnyTemplate(blocks !== null);
  const subject = variant.subject ?? content?.subject ?? test.subject;
  const unsaved = useMemo(() => {
    const changes = { ...(subject ? { subject } : {}), ...(blocks ? { blocks } : {}) };
    return Object.keys(changes).length === 0 ? undefined : JSON.stringify(changes);
  }, [subject, blocks]);
  const template = content ? (blocks ? anyTemplate : undefined) : (variant.template_id ?? test.template_id);
  const preview = useMailPreview({ id: template ?? undefined, unsaved, version: "", person });
  // The preview shows the subject with its values.
  if (!template) return test.tests === "subject" ? <VariantDifference test={test} variant={variant} /> : null;
  return (
    <MailView
      preview={preview.data}
      isError={preview.isError}
      look={look}
      title={t("Preview of variant {letter}", { letter: variant.id })}
    />
  );
}
