import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.ts";
import { Skeleton } from "../kit/skeleton.tsx";
import { LoadError } from "../shell/load-error.tsx";

interface ListStateProps {
  readonly query: { readonly error: Error | null; readonly isPending: boolean; readonly refetch: () => unknown };
  readonly isEmpty: boolean;
  /** What stands in place of a list without rows. */
  readonly empty: ReactNode;
}

/** What a list of settings shows while it loads, when it could not be loaded, and when it has no rows. */
export function ListState({ query, isEmpty, empty }: ListStateProps) {
  const t = useText();
  if (query.error) return <LoadError query={query} text={t("The list could not be loaded")} />;
  if (query.isPending) return <Skeleton shape="block" />;
  return isEmpty ? empty : null;
}
