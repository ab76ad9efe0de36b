import { NotFoundError, PermissionError } from "@crm/sdk/index.ts";
import { type KindSummary, listPath } from "../data/schema.ts";
import { toPluralNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Link } from "../kit/link.tsx";
import { LoadError } from "../shell/load-error.tsx";

interface RecordErrorProps {
  readonly summary: KindSummary;
  readonly query: { readonly error: unknown; readonly refetch: () => unknown };
}

/** In place of a record: the user may not see it, it was deleted, or it could not be loaded. Only the last one is worth another try. */
export function RecordError({ summary, query }: RecordErrorProps) {
  const t = useText();
  if (query.error instanceof NotFoundError || query.error instanceof PermissionError)
    return (
      <EmptyState
        kind="forbidden"
        title={t("There is no such record, or you may not see it")}
        action={<Link href={listPath(summary)}>{t("Back to {kinds}", { kinds: toPluralNoun(summary.labels) })}</Link>}
      >
        {t("Ask its owner or an administrator to share it.")}
      </EmptyState>
    );
  return (
    <div className="p-4 tablet:p-6">
      <LoadError query={query} text={t("The record could not be loaded")} />
    </div>
  );
}
