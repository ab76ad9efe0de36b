import { Split } from "lucide-react";
import { useState } from "react";
import { useInvalidation } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatExact } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { unmergeRecords, usePastMerges } from "./merge-data.ts";
import { canMerge } from "./merge-rules.ts";

interface MergeListProps {
  readonly kind: Kind;
  readonly survivorId: string;
  /** The ids of what was merged into the record. Persons have a list of their merges instead. */
  readonly mergedIds: readonly string[] | undefined;
  readonly onUndone: () => void;
}

/** What was merged into a record. Each merge can be undone. */
export function MergeList({ kind, survivorId, mergedIds, onUndone }: MergeListProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const invalidate = useInvalidation();
  const merges = usePastMerges(survivorId, mergedIds);
  const [busyId, setBusyId] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  const separate = async (mergedId: string): Promise<void> => {
    setBusyId(mergedId);
    setRefusal(undefined);
    try {
      await unmergeRecords(kind, survivorId, mergedId);
      await invalidate(kind, survivorId);
      showToast({ text: t("The merge was undone") });
      onUndone();
    } catch (error) {
      setRefusal(readErrors(error, t).form ?? t("The merge could not be undone"));
      setBusyId(undefined);
    }
  };
  if (merges.error)
    return <Banner kind="danger" title={readErrors(merges.error, t).form ?? t("The merges could not be loaded")} />;
  if (!merges.data) return <Skeleton shape="block" />;
  if (merges.data.length === 0)
    return <p className="text-control text-text-muted">{t("Nothing was merged into this record, or it was separated again.")}</p>;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {refusal === undefined ? null : <Banner kind="danger" title={refusal} />}
      <ul className="flex min-w-0 flex-col gap-2">
        {merges.data.map(({ mergedId, at }, index) => (
          <li key={mergedId} className="flex min-w-0 flex-wrap items-center gap-3 text-control">
            <span className="min-w-0 flex-1">
              {at === undefined
                ? t("Merge {number}", { number: index + 1 })
                : t("Merged on {when}", { when: formatExact(at, { locale, timeZone }) })}
            </span>
            {canMerge(kind) ? (
              <Button
                icon={<Split />}
                isPending={busyId === mergedId}
                isDisabled={busyId !== undefined}
                onPress={() => void separate(mergedId)}
              >
                {t("Separate again")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
