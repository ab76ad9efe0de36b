import { ArrowLeftRight } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { fieldLabel } from "../../api/field-label.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath, useKindIndex } from "../../api/schema.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { Comparison } from "./comparison.tsx";
import { mergeRecords, unmergeRecords, useMergePreview } from "./merge-data.ts";
import { buildChoices, type Choices, canMerge, isDifferent, listCompared, listMoves, type MergePreview } from "./merge-rules.ts";

interface MergePanelProps {
  readonly kind: Kind;
  readonly ids: readonly [string, string];
  /** Why the two are alike, and how sure that is. */
  readonly head?: ReactNode;
  /** Further buttons, such as "not a duplicate". */
  readonly actions?: ReactNode;
  readonly onMerged: (survivorId: string, mergedId: string) => void;
  /** Called when the user took the merge back. */
  readonly onUndone: () => void;
}

const INTERACTIVE = "a[href], button, textarea, [role=dialog], [role=menu], [role=option], input:not([type=radio])";

/** Two records side by side, what their merge results in, and the merge. Enter merges. */
export function MergePanel({ kind, ids, head, actions, onMerged, onUndone }: MergePanelProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [firstId, secondId] = ids;
  const first = useRecord(kind, firstId);
  const second = useRecord(kind, secondId);
  const [survivorId, setSurvivor] = useState(firstId);
  const [choices, setChoices] = useState<Choices>({});
  const [isWhole, setWhole] = useState(false);
  const [isMerging, setMerging] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const mergedId = survivorId === firstId ? secondId : firstId;
  const input = { survivorId, mergedId, choices: buildChoices(choices, survivorId) };
  const preview = useMergePreview(kind, input);
  const mayMerge = canMerge(kind);
  const describe = (error: unknown): string => {
    const { form, fields } = readErrors(error, t);
    return form ?? Object.values(fields)[0] ?? t("The records could not be merged");
  };
  const undo = async (): Promise<void> => {
    try {
      await unmergeRecords(kind, survivorId, mergedId);
      await Promise.all([invalidate(kind, survivorId), invalidate(kind, mergedId)]);
      onUndone();
      showToast({ text: t("The merge was undone") });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The merge could not be undone"), isError: true });
    }
  };
  const merge = async (): Promise<void> => {
    if (isMerging || !mayMerge || preview.data === undefined || preview.error !== null) return;
    setMerging(true);
    setRefusal(undefined);
    try {
      await mergeRecords(kind, input);
      await Promise.all([invalidate(kind, survivorId), invalidate(kind, mergedId)]);
      showToast({ text: t("The records were merged"), undo: () => void undo() });
      onMerged(survivorId, mergedId);
    } catch (error) {
      setRefusal(describe(error));
      setMerging(false);
    }
  };
  const mergeByKey = useEffectEvent(merge);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { target } = event;
      const isElsewhere = target instanceof Element && target.closest(INTERACTIVE) !== null;
      if (event.key !== "Enter" || event.defaultPrevented || event.repeat || isElsewhere) return;
      event.preventDefault();
      void mergeByKey();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  if (first.error || second.error) return <LoadError query={[first, second]} text={t("The records could not be loaded")} />;
  if (!first.data || !second.data) return <Skeleton shape="block" />;
  const records = [first.data, second.data] as const;
  const compared = preview.data ? listCompared(preview.data.fields, isWhole) : [];
  const differing = preview.data?.fields.filter(isDifferent).length ?? 0;
  return (
    <div className="flex min-w-0 flex-col gap-4" aria-busy={preview.isPending && preview.error === null}>
      {head}
      {refusal === undefined && preview.error === null ? null : (
        <Banner kind="danger" title={refusal ?? describe(preview.error)} />
      )}
      <div className="grid min-w-0 grid-cols-2 gap-2">
        {records.map((record) => (
          <RecordSide
            key={record.id}
            kind={kind}
            record={record}
            isSurvivor={record.id === survivorId}
            onKeep={() => setSurvivor(record.id)}
          />
        ))}
      </div>
      {preview.data ? (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <SegmentedControl
              label={t("Compared fields")}
              value={isWhole ? "all" : "different"}
              onChange={(value) => setWhole(value === "all")}
              segments={[
                { id: "different", label: t("Different ({count})", { count: formatCount(differing) }) },
                { id: "all", label: t("All fields") },
              ]}
            />
          </div>
          {compared.length === 0 ? (
            <p className="text-control text-text-muted">{t("No field has different values.")}</p>
          ) : (
            <Comparison
              kind={kind}
              records={records}
              preview={preview.data}
              fields={compared}
              onChoose={(field, side) => setChoices({ ...choices, [field]: side })}
            />
          )}
          <MergeEffects preview={preview.data} survivor={records.find(({ id }) => id === survivorId) ?? records[0]} kind={kind} />
        </>
      ) : preview.error === null ? (
        <Skeleton shape="block" />
      ) : null}
      <div className="flex flex-wrap items-center gap-2 border-t border-border pt-4">
        {mayMerge ? (
          <Button
            variant="primary"
            isPending={isMerging}
            isDisabled={!preview.data || preview.error !== null}
            onPress={() => void merge()}
          >
            {t("Merge")}
          </Button>
        ) : null}
        {actions}
      </div>
    </div>
  );
}

interface RecordSideProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly isSurvivor: boolean;
  readonly onKeep: () => void;
}

/** The head of a side: the name of the record, its age, and whether it stays. */
function RecordSide({ kind, record, isSurvivor, onKeep }: RecordSideProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  return (
    <div className="flex min-w-0 flex-col gap-1 rounded-control border border-border p-3">
      <Link variant="title" href={recordPath(kind, record.id)} target="_blank">
        <span dir="auto" className="wrap-anywhere">
          {formatTitle(kind, record)}
        </span>
      </Link>
      <span className="text-meta text-text-muted">
        {t("Created {when}", {
          when: formatRelative(String(record.created_at), new Date().toISOString(), { locale, timeZone }),
        })}
      </span>
      <span className="flex min-h-control-small items-center">
        {isSurvivor ? (
          <Tag hue="green" hasDot label={t("Stays")} />
        ) : (
          <Button isSmall icon={<ArrowLeftRight />} onPress={onKeep}>
            {t("Keep this one")}
          </Button>
        )}
      </span>
    </div>
  );
}

/** What the merge does beside the fields. */
function MergeEffects({
  preview,
  survivor,
  kind,
}: {
  readonly preview: MergePreview;
  readonly survivor: ConsoleRecord;
  readonly kind: Kind;
}) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const moves = listMoves(preview).map(({ kind: name, count }) => {
    const label = kinds.find((entry) => entry.kind === name)?.labels ?? fieldLabel(name);
    return `${formatCount(count)} ${label}`;
  });
  const points = [...(preview.joins?.contact_points ?? []), ...(preview.joins?.addresses ?? [])];
  return (
    <section aria-label={t("After the merge")} className="flex min-w-0 flex-col gap-1">
      <h3 className="text-section font-semibold">{t("After the merge")}</h3>
      <ul className="flex flex-col gap-1 text-control">
        <li>{t("Everything belongs to {name}. The other record leads to it.", { name: formatTitle(kind, survivor) })}</li>
        <li>
          {moves.length === 0
            ? t("No other record moves.")
            : t("These records move along: {records}", { records: moves.join(", ") })}
        </li>
        {points.length === 0 ? null : <li dir="auto">{t("Added: {values}", { values: points.join(", ") })}</li>}
        <li className="text-text-muted">{t("A merge can be undone.")}</li>
      </ul>
    </section>
  );
}
