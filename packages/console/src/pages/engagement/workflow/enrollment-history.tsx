import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { nameStep, useWorkflowNames } from "./builder-context.ts";
import type { Definition } from "./definition.ts";
import { StepIcon } from "./step-icon.tsx";
import { nameStepKind } from "./step-text.ts";
import { findPlacedStep } from "./step-tree.ts";
import { describeWayTaken } from "./way-taken.ts";

interface EnrollmentHistoryProps {
  /** The kind of enrollments. */
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

interface StepResult {
  readonly step_id: string;
  readonly do: string;
  readonly result: string;
  readonly at: string;
  readonly reason: string | null;
  readonly record_id: string | null;
}

const NO_DEFINITION: Definition = { trigger: { on: "manual" }, steps: [] };
const MAX_VERSIONS = 100;

/** What the steps of an enrollment did, in the words of the version that it follows. */
export function EnrollmentHistory({ record }: EnrollmentHistoryProps) {
  const t = useText();
  const scope = useScope();
  const { data: recordKind } = useKind(String(record.record_kind));
  const version = Number(record.workflow_version);
  const { data: definition = NO_DEFINITION, isPending } = useQuery({
    queryKey: [...scope, "workflow-version", record.workflow_id, version],
    queryFn: async () => {
      const path = `/api/v1/workflows/${record.workflow_id}/versions`;
      const { data } = await read<{ number: number; definition: Definition }[]>(path, { limit: MAX_VERSIONS });
      return data.find(({ number }) => number === version)?.definition ?? NO_DEFINITION;
    },
    retry: false,
  });
  return (
    <section aria-label={t("History")} className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4">
      <h2 className="text-section font-semibold">{t("History")}</h2>
      {!recordKind || isPending ? (
        <Skeleton shape="block" />
      ) : (
        <ResultList record={record} recordKind={recordKind} definition={definition} />
      )}
    </section>
  );
}

const hues: Readonly<Record<string, Hue>> = {
  DONE: "green",
  SKIPPED: "gray",
  FAILED: "red",
  TIMED_OUT: "orange",
  REJECTED: "orange",
};

interface ResultListProps {
  readonly record: ConsoleRecord;
  readonly recordKind: Kind;
  readonly definition: Definition;
}

function ResultList({ record, recordKind, definition }: ResultListProps) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const { names } = useWorkflowNames(recordKind, definition);
  const results = (record.results ?? []) as readonly StepResult[];
  const now = new Date().toISOString();
  const labels: Readonly<Record<string, string>> = {
    DONE: t("Done"),
    SKIPPED: t("Skipped"),
    FAILED: t("Failed"),
    TIMED_OUT: t("Timed out"),
    REJECTED: t("Rejected"),
  };
  const next = typeof record.step_id === "string" && !record.ended_at ? record.step_id : undefined;
  const nextStep = next === undefined ? undefined : findPlacedStep(definition.steps, next)?.step;
  const find = useMemo(
    () => new Map(results.map(({ step_id }) => [step_id, findPlacedStep(definition.steps, step_id)?.step])),
    [results, definition.steps],
  );
  return (
    <ol className="flex min-w-0 flex-col">
      {results.map((result, index) => {
        const step = find.get(result.step_id);
        const written = result.record_id === null ? undefined : findRecordPath(result, kinds);
        const way = step && describeWayTaken(step, result.reason, results[index + 1]?.step_id, names);
        const reason = way ?? result.reason;
        return (
          <li key={`${result.step_id} ${result.at}`} className="group flex min-w-0 gap-3">
            <StepMark kind={result.do} />
            <div className="flex min-w-0 flex-1 flex-col pb-4">
              <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
                <span dir="auto" className="min-w-0 text-body font-medium wrap-anywhere">
                  {step ? nameStep(step, names) : nameStepKind(result.do, t)}
                </span>
                <Tag label={labels[result.result] ?? result.result} hue={hues[result.result] ?? "gray"} />
                <time
                  dateTime={result.at}
                  title={formatExact(result.at, options)}
                  className="ms-auto text-meta tabular-nums text-text-muted"
                >
                  {formatRelative(result.at, now, options)}
                </time>
              </span>
              {reason ? (
                <span dir="auto" className="text-control wrap-anywhere text-text-muted">
                  {reason}
                </span>
              ) : null}
              {written ? (
                <span>
                  <Link variant="value" href={written.href}>
                    {t("Open the {kind}", { kind: written.label })}
                  </Link>
                </span>
              ) : null}
            </div>
          </li>
        );
      })}
      {next === undefined ? (
        <li className="flex min-w-0 gap-3">
          <StepMark kind="finish" />
          <span className="content-center text-body">
            {record.reason ? String(record.reason) : record.ended_at ? t("The enrollment has ended") : t("Nothing was done yet")}
          </span>
        </li>
      ) : (
        <li className="flex min-w-0 gap-3">
          <StepMark kind={nextStep?.do ?? "wait"} isNext />
          <div className="flex min-w-0 flex-1 flex-col">
            <span dir="auto" className="min-h-target content-center text-body font-medium wrap-anywhere">
              {nextStep ? nameStep(nextStep, names) : t("Next step")}
            </span>
            {record.step_due_at ? (
              <span className="text-control text-text-muted">
                {t("Due {time}", { time: formatRelative(String(record.step_due_at), now, options) })}
              </span>
            ) : null}
            {record.reason ? (
              <span dir="auto" className="text-control wrap-anywhere text-text-muted">
                {String(record.reason)}
              </span>
            ) : null}
          </div>
        </li>
      )}
    </ol>
  );
}

function StepMark({ kind, isNext = false }: { readonly kind: string; readonly isNext?: boolean }) {
  return (
    <span className="flex shrink-0 flex-col items-center">
      <span
        className={`flex size-target items-center justify-center rounded-full ${isNext ? "bg-accent-subtle text-accent-text" : "bg-hover text-text-muted"}`}
      >
        <StepIcon kind={kind} />
      </span>
      <span className="w-px flex-1 bg-border group-last:hidden" />
    </span>
  );
}

/** The kinds of the records that steps write, by the step. */
const writtenKinds: Readonly<Record<string, string>> = { task: "activity", send: "message", approval: "approval" };

/** Finds the page of the record that a step made. */
function findRecordPath({ do: kindOfStep, record_id }: StepResult, kinds: Parameters<typeof findKindOf>[1]) {
  const kind = findKindOf(kindOfStep, kinds);
  return kind && record_id !== null ? { href: recordPath(kind, record_id), label: toNoun(kind.label) } : undefined;
}

const findKindOf = (step: string, kinds: readonly { kind: string; path: string; label: string }[]) =>
  kinds.find(({ kind }) => kind === writtenKinds[step]);
