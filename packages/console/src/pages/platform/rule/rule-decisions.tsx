import { useQuery } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import { recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { type Decision, type DecisionEntry, explainEntry, findEntryAt } from "./decision-text.ts";
import { rulePath } from "./rule-data.ts";
import { describeEffect, type SentenceSources } from "./rule-sentence.ts";
import type { Definition } from "./rule-shape.ts";
import { ScorePartTable } from "./score-part-table.tsx";

interface TestedVersion {
  readonly kind: string;
  /** The version that is tried: the saved draft, or the one in force. */
  readonly versionId: string;
  readonly definition: Definition;
  /** Whether the page has changes that the version does not have. The API then tries the definition itself. */
  readonly hasChanges: boolean;
}

interface DryRunReport {
  readonly examined: number;
  readonly changed: number;
  readonly differences: readonly {
    readonly record_id: string;
    readonly title: string;
    readonly before: string;
    readonly after: string;
  }[];
  readonly decisions: readonly Decision[];
}

/** Asks the API what a version would decide. Nothing is written. */
export function useDryRun(
  { kind, versionId, definition, hasChanges }: TestedVersion,
  sample: { readonly sample: number } | { readonly record_id: string } | undefined,
) {
  const scope = useScope();
  const body = { ...sample, ...(hasChanges ? { definition } : {}) };
  return useQuery({
    queryKey: [...scope, "rules", kind, "dry-run", versionId, JSON.stringify(body)],
    queryFn: ({ signal }) =>
      crm.request<DryRunReport>("POST", `${rulePath(kind)}/versions/${versionId}/dry-run`, { body, signal }),
    enabled: sample !== undefined,
    retry: false,
  });
}

export function DryRunError({ query }: { readonly query: ReturnType<typeof useDryRun> }) {
  const t = useText();
  if (!query.error) return null;
  const { form, fields } = readErrors(query.error, t);
  return (
    <Banner
      kind="danger"
      title={form ?? Object.values(fields)[0] ?? t("The test could not be run")}
      action={<Button onPress={() => void query.refetch()}>{t("Try again")}</Button>}
    />
  );
}

interface RuleDecisionsProps extends TestedVersion {
  readonly recordKind: string;
  /** The number of newest records. Undefined: the user chooses one. */
  readonly last: number | undefined;
  readonly sources: SentenceSources;
}

/** What the rules decide about the last records or about a chosen one, with the reasons of the API. */
export function RuleDecisions({ recordKind, last, sources, ...version }: RuleDecisionsProps) {
  const t = useText();
  const choice = useRecordChoice(recordKind);
  const id = choice.chosen?.id;
  const report = useDryRun(version, last === undefined ? (id === undefined ? undefined : { record_id: id }) : { sample: last });
  return (
    <>
      {last === undefined ? (
        <Reference
          label={choice.kind?.label ?? t("Record")}
          value={choice.chosen}
          onChange={choice.choose}
          search={choice.search}
        />
      ) : null}
      <DryRunError query={report} />
      {report.isLoading ? <Skeleton shape="block" /> : null}
      {report.data?.decisions.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("There are no records to test with")} />
      ) : null}
      <ul aria-label={t("Result of the test")} aria-live="polite" className="flex min-w-0 flex-col gap-3 empty:hidden">
        {(report.data?.decisions ?? []).map((decision) => (
          <DecisionItem
            key={decision.record_id}
            decision={decision}
            recordKind={recordKind}
            definition={version.definition}
            sources={sources}
            isShort={last !== undefined}
          />
        ))}
      </ul>
    </>
  );
}

interface DecisionItemProps {
  readonly decision: Decision;
  readonly recordKind: string;
  readonly definition: Definition;
  readonly sources: SentenceSources;
  /** Whether the parts of a score are left out. */
  readonly isShort: boolean;
}

function DecisionItem({ decision, recordKind, definition, sources, isShort }: DecisionItemProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === recordKind && candidate.path.split("{").length === 1);
  const { title, entries, parts } = decision;
  return (
    <li className="flex min-w-0 flex-col gap-1 rounded-card border border-border p-3 text-control">
      {kind ? (
        <Link variant="title" href={recordPath(kind, decision.record_id)} target="_blank">
          {title}
        </Link>
      ) : (
        <span className="font-medium wrap-anywhere" dir="auto">
          {title}
        </span>
      )}
      {entries ? <EntryReasons entries={entries} definition={definition} sources={sources} /> : null}
      {parts === undefined ? null : isShort ? (
        <span className="tabular-nums">
          {t("{count, plural, one {# point} other {# points}}", {
            count: parts.reduce((sum, { points }) => sum + points, 0),
          })}
        </span>
      ) : (
        <ScorePartTable parts={parts} total={parts.reduce((sum, { points }) => sum + points, 0)} />
      )}
    </li>
  );
}

interface EntryReasonsProps extends Pick<DecisionItemProps, "definition" | "sources"> {
  readonly entries: readonly DecisionEntry[];
}

function EntryReasons({ entries, definition, sources }: EntryReasonsProps) {
  const t = useText();
  const nameEntry = ({ path, name }: DecisionEntry): string => (path.includes("[") ? name : sources.text.nameField(path));
  const applied = entries.filter(({ applies }) => applies);
  const others = entries.filter(({ applies }) => !applies);
  const explain = (entry: DecisionEntry): string => explainEntry(entry, findEntryAt(definition, entry.path), sources).join("; ");
  return (
    <>
      {applied.length === 0 ? <span className="text-text-muted">{t("No approval is needed")}</span> : null}
      {applied.map((entry) => (
        <span key={entry.path} className="flex min-w-0 flex-col wrap-anywhere" dir="auto">
          <span>
            <span className="font-medium">{nameEntry(entry)}</span>
            {`: ${describeEffect(findEntryAt(definition, entry.path) ?? {}, sources)}`}
          </span>
          <span className="text-meta text-text-muted">{explain(entry)}</span>
        </span>
      ))}
      <ul className="flex min-w-0 flex-col text-meta text-text-muted empty:hidden">
        {others.map((entry) => (
          <li key={entry.path} className="wrap-anywhere" dir="auto">
            {entry.conditions.some(({ holds }) => holds)
              ? t("Reached too, but a later level decides: “{name}”", { name: nameEntry(entry) })
              : t("Not “{name}”: {reason}", { name: nameEntry(entry), reason: explain(entry) })}
          </li>
        ))}
      </ul>
    </>
  );
}
