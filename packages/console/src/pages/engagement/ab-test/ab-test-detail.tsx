import { ArrowLeft, Ban, Pencil, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { findAction, useCampaignChange } from "../campaign/campaign-data.ts";
import { formatRate } from "../campaign/performance-data.ts";
import { formatTracked } from "../campaign/tracked-figure.ts";
import { describePair, nameMetric, namePart, nameTestStatus, nameWarning } from "../email-send/ab-test-rules.ts";
import { SendDialog, type SendPreview, type TrackingChoice } from "../email-send/send-dialog.tsx";
import type { AbTest } from "./ab-test.ts";
import { useAbTest } from "./ab-test-data.ts";
import { IntervalList } from "./interval-list.tsx";
import { isEditableTest } from "./test-draft.ts";
import { VariantCards } from "./variant-cards.tsx";

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
  const [preview, setPreview] = useState<SendPreview>();
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
  const askStart = async (): Promise<void> => {
    try {
      setPreview(await crm.request<SendPreview>("POST", `${path}/check`, { body: {} }).then((found) => found));
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The test could not be started"), isError: true });
    }
  };
  const start = async ({ tracks, isForAccount }: TrackingChoice): Promise<void> => {
    const account = preview?.mail_account_id;
    setPreview(undefined);
    if (isForAccount && account && !(await change("PATCH", `/api/v1/mail-accounts/${account}`, { tracks }))) return;
    if (tracks !== test.tracks && !(await change("PATCH", path, { tracks }))) return;
    await change("POST", `${path}/start`, {});
  };
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
              <Button icon={<Play />} variant="primary" onPress={() => void askStart()}>
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
            opened: formatTracked(results.rest.opened, locale, t),
            clicked: formatTracked(results.rest.clicked, locale, t),
          })}
        </p>
      ) : null}
      {preview ? (
        <SendDialog
          title={t("Start the test?")}
          verb={t("Start the test")}
          isMail
          preview={preview}
          tracks={test.tracks}
          onConfirm={start}
          onClose={() => setPreview(undefined)}
        />
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
