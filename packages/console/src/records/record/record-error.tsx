import { type KindSummary, listPath } from "../../api/schema.ts";
import { LoadError } from "../../frame/shell/load-error.tsx";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { isMissing } from "./record-rules.ts";

interface MissingRecordProps {
  /** The list that the user can go on with. */
  readonly list: { readonly href: string; readonly label: string };
}

/** In place of the page of a record that does not exist, or that the user may not see: the API does not tell which. */
export function MissingRecord({ list }: MissingRecordProps) {
  const t = useText();
  return (
    <EmptyState
      isPage
      kind="forbidden"
      title={t("There is no such record, or you may not see it")}
      action={
        <Link variant="action" href={list.href}>
          {list.label}
        </Link>
      }
    >
      {t("Ask its owner or an administrator to share it.")}
    </EmptyState>
  );
}

interface RecordErrorProps {
  readonly summary: Pick<KindSummary, "path" | "labels">;
  readonly query: { readonly error: unknown; readonly refetch: () => unknown };
}

/** In place of a record: the user may not see it, it was deleted, or it could not be loaded. Only the last one is worth another try. */
export function RecordError({ summary, query }: RecordErrorProps) {
  const t = useText();
  if (isMissing(query.error)) {
    const label = t("Back to {kinds}", { kinds: toPluralNoun(summary.labels) });
    return <MissingRecord list={{ href: listPath(summary), label }} />;
  }
  return (
    <div className="p-4 tablet:p-6">
      <LoadError query={query} text={t("The record could not be loaded")} />
    </div>
  );
}
