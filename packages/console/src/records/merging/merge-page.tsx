import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { consolePath } from "../../api/console-path.ts";
import { type Kind, listPath, recordPath, useKind, useKindIndex } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { PageFrame } from "../../frame/shell/page-frame.tsx";
import { usePagePath } from "../../frame/shell/use-page-path.ts";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { MergePanel } from "./merge-panel.tsx";
import { canMerge } from "./merge-rules.ts";

/** Merges chosen records of one kind. Of more than two, the result of one merge is compared with the next record. */
export function MergePage() {
  const t = useText();
  const navigate = useNavigate();
  const path = usePagePath();
  const { ids = "" } = useSearch({ strict: false }) as { readonly ids?: string };
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find((candidate) => path === `${consolePath(candidate.path)}/merge`);
  const { data: kind } = useKind(summary?.kind);
  const chosen = [...new Set(ids.split(",").filter(Boolean))];
  return (
    <PageFrame
      title={summary ? t("Merge {kinds}", { kinds: toPluralNoun(summary.labels) }) : t("Merge")}
      width="record"
      isLoading={!kind}
      actions={
        summary && chosen.length > 1 ? (
          <Link variant="action" href={listPath(summary)}>
            {summary.labels}
          </Link>
        ) : undefined
      }
    >
      {!kind ? (
        <Skeleton shape="block" />
      ) : !canMerge(kind) ? (
        <EmptyState kind="forbidden" title={t("Your role cannot merge these records")}>
          {t("Ask an administrator for the right.")}
        </EmptyState>
      ) : chosen.length < 2 ? (
        <EmptyState
          kind="empty"
          title={t("Choose at least two records in the list")}
          action={
            <Button variant="primary" onPress={() => void navigate({ to: listPath(kind) })}>
              {t("Choose {kinds}", { kinds: toPluralNoun(kind.labels) })}
            </Button>
          }
        >
          {t("They are compared side by side, and one of them stays. A merge can be undone.")}
        </EmptyState>
      ) : (
        <MergeSeries key={ids} kind={kind} ids={chosen} />
      )}
    </PageFrame>
  );
}

/** One merge after another. */
function MergeSeries({ kind, ids }: { readonly kind: Kind; readonly ids: readonly string[] }) {
  const t = useText();
  const navigate = useNavigate();
  const [remaining, setRemaining] = useState(ids);
  const [first, second] = remaining;
  if (first === undefined || second === undefined) return null;
  return (
    <MergePanel
      key={`${first} ${second}`}
      kind={kind}
      ids={[first, second]}
      head={
        ids.length > 2 ? (
          <p className="text-control text-text-muted">
            {t("Merge {number} of {total}", { number: ids.length - remaining.length + 1, total: ids.length - 1 })}
          </p>
        ) : undefined
      }
      onMerged={(survivorId) => {
        const next = [survivorId, ...remaining.slice(2)];
        if (next.length > 1) setRemaining(next);
        else void navigate({ to: recordPath(kind, survivorId), replace: true });
      }}
      onUndone={() => undefined}
    />
  );
}
