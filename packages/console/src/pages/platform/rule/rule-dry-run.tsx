import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { formatTitle, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTenant } from "../../../api/tenant.ts";
import type { Label } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { explainedKinds } from "./decision-text.ts";
import type { RuleVersion } from "./rule-data.ts";
import { DryRunError, RuleDecisions, useDryRun } from "./rule-decisions.tsx";
import { describeEffect, type SentenceSources } from "./rule-sentence.ts";
import { type Definition, listEntries, type RuleShape } from "./rule-shape.ts";
import { customerRules, type Outcome, readTracedField, tracedKinds, traceEntries, withCustomer } from "./rule-trace.ts";

interface DryRunProps {
  readonly kind: string;
  readonly shape: RuleShape;
  readonly sources: SentenceSources;
  /** As it is on the page, saved or not. */
  readonly definition: Definition;
  readonly inForceId: string;
  /** The saved draft. */
  readonly draft: RuleVersion | undefined;
  /** Whether the definition has changes that are not saved. */
  readonly hasChanges: boolean;
  readonly onClose: () => void;
}

const LAST = 20;
/** Records that a draft is compared on. */
const COMPARED = 100;
/** Records that are found only below another record, so that none can be chosen. */
const unchosenKinds: ReadonlySet<string> = new Set(["amendment"]);

/** Which rule applies to a record, and why not the others; and what a draft would decide in another way. Nothing is written. */
export function RuleDryRun(props: DryRunProps) {
  const t = useText();
  const explainedKind = explainedKinds[props.kind];
  const recordKind = tracedKinds[props.kind] ?? explainedKind;
  const { draft, inForceId } = props;
  const [mode, setMode] = useState(recordKind === undefined ? "compare" : "last");
  return (
    <Drawer title={t("Test the rules")} isOpen onOpenChange={props.onClose}>
      <div className="flex min-w-0 flex-col gap-4">
        <p className="text-control text-text-muted">{t("Shows what the rules would decide. Nothing is changed.")}</p>
        {recordKind === undefined ? null : (
          <SegmentedControl
            label={t("What to test")}
            segments={[
              { id: "last", label: t("Last {count} records", { count: LAST }) },
              ...(unchosenKinds.has(recordKind) ? [] : [{ id: "record", label: t("With a record") }]),
              { id: "compare", label: t("Changes") },
            ]}
            value={mode}
            onChange={setMode}
          />
        )}
        {mode === "compare" ? (
          <Comparison {...props} />
        ) : explainedKind !== undefined ? (
          <RuleDecisions
            {...props}
            key={mode}
            versionId={draft?.id ?? inForceId}
            recordKind={explainedKind}
            last={mode === "last" ? LAST : undefined}
          />
        ) : (
          <Traces {...props} recordKind={recordKind ?? ""} isLast={mode === "last"} />
        )}
      </div>
    </Drawer>
  );
}

function Traces({ kind, recordKind, isLast, ...props }: DryRunProps & { readonly recordKind: string; readonly isLast: boolean }) {
  const t = useText();
  const scope = useScope();
  const { currency } = useTenant().settings;
  const choice = useRecordChoice(recordKind);
  const path = choice.kind?.path;
  const id = choice.chosen?.id;
  const records = useQuery({
    queryKey: [...scope, "list", recordKind, "rule-test", kind, isLast ? LAST : id],
    queryFn: async (): Promise<ConsoleRecord[]> => {
      const readCustomers = async (found: readonly ConsoleRecord[]): Promise<ConsoleRecord[]> => {
        if (!customerRules.has(kind)) return [...found];
        const ids = [...new Set(found.flatMap(({ customer_id }) => (typeof customer_id === "string" ? [customer_id] : [])))];
        const customers = await Promise.all(
          ids.map((customer) =>
            read<ConsoleRecord>(`/api/v1/customers/${customer}`, { expand: "labels" }).then(
              ({ data }) => data,
              // The user may not see it.
              () => undefined,
            ),
          ),
        );
        const byId = new Map(customers.flatMap((customer) => (customer ? [[customer.id, customer]] : [])));
        return found.map((record) => withCustomer(record, byId.get(String(record.customer_id)), currency));
      };
      if (isLast) {
        const rows = await read<ConsoleRecord[]>(path ?? "", { limit: LAST, sort: "created_at", order: "desc", fields: "id" });
        // Rows of lists leave out fields that conditions are about.
        const reads = rows.data.map((row) => read<ConsoleRecord>(`${path}/${row.id}`, { expand: "labels" }));
        return readCustomers((await Promise.all(reads)).map(({ data }) => data));
      }
      return readCustomers([(await read<ConsoleRecord>(`${path}/${id}`, { expand: "labels" })).data]);
    },
    enabled: path !== undefined && (isLast || id !== undefined),
  });
  return (
    <>
      {isLast ? null : (
        <Reference
          label={choice.kind?.label ?? t("Record")}
          value={choice.chosen}
          onChange={choice.choose}
          search={choice.search}
        />
      )}
      {records.error ? <LoadError query={records} text={t("The records could not be loaded")} /> : null}
      {records.isLoading ? <Skeleton shape="block" /> : null}
      {records.data?.length === 0 ? <EmptyState kind="nothing-found" title={t("There are no records to test with")} /> : null}
      <ul aria-label={t("Result of the test")} aria-live="polite" className="flex min-w-0 flex-col gap-3 empty:hidden">
        {(records.data ?? []).map((record) => (
          <TraceItem key={record.id} kind={kind} recordKind={recordKind} record={record} isShort={isLast} {...props} />
        ))}
      </ul>
    </>
  );
}

interface TraceItemProps extends Pick<DryRunProps, "kind" | "shape" | "sources" | "definition"> {
  readonly recordKind: string;
  readonly record: ConsoleRecord;
  readonly isShort: boolean;
}

/** The value of a record that a condition is about, as people read it. */
function readValueName(record: ConsoleRecord, name: string | undefined, sources: SentenceSources): string | undefined {
  if (name === undefined) return undefined;
  const label = [record.expanded?.[name] ?? []].flat()[0] as Label | undefined;
  if (label) return label.name;
  const value = record[name];
  if (value === null || value === undefined) return undefined;
  return typeof value === "number"
    ? formatCount(value)
    : (sources.nameId(String(value)) ?? sources.text.nameChoice(name, String(value)));
}

function TraceItem({ kind, recordKind, record, isShort, shape, sources, definition }: TraceItemProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find((candidate) => candidate.kind === recordKind);
  const entries = listEntries(definition, shape);
  const outcomes = traceEntries(kind, entries, sources.conditionFields, record);
  const applied = outcomes.findIndex((outcome) => outcome.kind === "applies");
  const entry = entries[applied];
  const nameEntry = (index: number): string =>
    String(entries[index]?.[shape.name ?? ""] ?? t("Rule {number}", { number: index + 1 }));
  const explain = (outcome: Outcome): string => {
    if (outcome.kind === "applies") return t("applies");
    if (outcome.kind === "later") return t("a rule before it applies");
    const label = sources.text.nameField(outcome.field.replace(/^(?:min|max)_/, ""));
    if (outcome.kind === "unknown") return t("{field} is only known to the server", { field: label });
    const value = readValueName(record, readTracedField(kind, outcome.field), sources);
    return value === undefined ? t("{field} is empty", { field: label }) : t("{field} is {value}", { field: label, value });
  };
  const { otherwise } = definition;
  const isUnsure = applied === -1 && outcomes.some((outcome) => outcome.kind === "unknown");
  const effect = entry
    ? describeEffect(entry, sources)
    : typeof otherwise === "string"
      ? describeEffect({ territory: otherwise }, sources)
      : otherwise
        ? describeEffect({ to: otherwise }, sources)
        : "";
  const others = outcomes.flatMap((outcome, index) =>
    index === applied || (isShort && outcome.kind === "later") ? [] : [{ index, text: explain(outcome) }],
  );
  return (
    <li className="flex min-w-0 flex-col gap-1 rounded-card border border-border p-3 text-control">
      {summary ? (
        <Link variant="title" href={recordPath(summary, record.id)} target="_blank">
          {formatTitle(summary, record)}
        </Link>
      ) : null}
      <span className="wrap-anywhere" dir="auto">
        {entry ? (
          <>
            <span className="font-medium">{nameEntry(applied)}</span>
            {effect === "" ? null : `: ${effect}`}
          </>
        ) : isUnsure ? (
          t("Only the server can tell. Save the draft and see what changes.")
        ) : effect === "" ? (
          <span className="text-text-muted">{t("No rule applies")}</span>
        ) : (
          t("No rule applies, so: {effect}", { effect })
        )}
      </span>
      <ul className="flex min-w-0 flex-col text-meta text-text-muted empty:hidden">
        {others.map(({ index, text }) => (
          <li key={index} className="wrap-anywhere" dir="auto">
            {t("Not “{name}”: {reason}", { name: nameEntry(index), reason: text })}
          </li>
        ))}
      </ul>
      {summary ? null : (
        <span className="text-meta text-text-muted">{t("This {kind} is not visible to you", { kind: toNoun(recordKind) })}</span>
      )}
    </li>
  );
}

/** What the definition decides in another way than the version in force, by the dry run of the API. */
function Comparison({ kind, inForceId, definition, draft, hasChanges }: DryRunProps) {
  const t = useText();
  const isDraft = draft !== undefined || hasChanges;
  const report = useDryRun(
    { kind, versionId: draft?.id ?? inForceId, definition, hasChanges },
    isDraft ? { sample: COMPARED } : undefined,
  );
  if (!isDraft)
    return (
      <EmptyState kind="empty" title={t("There is no draft")}>
        {t("Change the rules to see what they decide in another way.")}
      </EmptyState>
    );
  return (
    <section aria-label={t("Changes")} aria-live="polite" className="flex min-w-0 flex-col gap-3">
      {report.isPending ? <Skeleton shape="block" /> : null}
      <DryRunError query={report} />
      {report.data ? (
        <p className="text-body font-medium">
          {t("{changed} of the last {examined} records would be decided in another way", {
            changed: formatCount(report.data.changed),
            examined: formatCount(report.data.examined),
          })}
        </p>
      ) : null}
      <ul className="flex min-w-0 flex-col gap-2 empty:hidden">
        {(report.data?.differences ?? []).map(({ record_id, title, before, after }) => (
          <li
            key={record_id}
            className="flex min-w-0 flex-col rounded-card border border-border p-3 text-control wrap-anywhere"
            dir="auto"
          >
            <span className="font-medium">{title}</span>
            <span className="text-text-muted line-through">{before}</span>
            <span>{after}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
