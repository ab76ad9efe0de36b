import type { RecordSearch } from "../../api/record-search.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { ProgressBar } from "../../ui/kit/progress-bar.tsx";

interface SearchProgressProps {
  readonly search: RecordSearch;
  /** How many records there are to look at. Undefined: not known. */
  readonly candidates?: number | undefined;
}

function formatProgress({ search, candidates = 0 }: SearchProgressProps, t: Translate): string {
  const { searched, isSearching, isCut } = search;
  const count = formatCount(searched);
  if (isCut) return t("Only the first {count} were looked at. Filter to fewer records to find the others.", { count });
  const values = { count, total: formatCount(candidates) };
  if (candidates <= searched)
    return isSearching ? t("Searching… {count} looked at", { count }) : t("{count} looked at so far", { count });
  return isSearching
    ? t("Searching… {count} of about {total} looked at", values)
    : t("{count} of about {total} looked at", values);
}

function SearchButton({ search }: Pick<SearchProgressProps, "search">) {
  const t = useText();
  if (search.isCut) return null;
  return (
    <Button isSmall onPress={search.isSearching ? search.stop : search.resume}>
      {search.isSearching ? t("Stop") : t("Continue searching")}
    </Button>
  );
}

/** How far a list has looked for rows, and the button that ends or continues it. Nothing if all records were looked at. */
export function SearchProgress(props: SearchProgressProps) {
  const { search } = props;
  const t = useText();
  if (!search.isIncomplete) return null;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-control tabular-nums text-text-muted print:hidden">
      <span role="status" className="min-w-0">
        {formatProgress(props, t)}
      </span>
      <SearchButton search={search} />
    </div>
  );
}

/** In place of the rows of a list that has found none so far. */
export function SearchState(props: SearchProgressProps) {
  const { search, candidates } = props;
  const t = useText();
  const text = formatProgress(props, t);
  return (
    <EmptyState
      kind="searching"
      title={search.isSearching ? text : t("Nothing found so far")}
      action={<SearchButton search={search} />}
    >
      {search.isSearching ? (
        <span className="mx-auto block w-field-short py-1">
          <ProgressBar label={text} value={search.searched} max={candidates} />
        </span>
      ) : (
        text
      )}
    </EmptyState>
  );
}
