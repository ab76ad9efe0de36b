import type { ReactNode } from "react";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";

interface ListStateProps {
  readonly query: { readonly error: Error | null; readonly isPending: boolean; readonly refetch: () => unknown };
  readonly isEmpty: boolean;
  /** What stands in place of a list without rows. */
  readonly empty: ReactNode;
}

/** What a list of settings shows while it loads, when it could not be loaded, and when it has no rows. */
export function ListState({ query, isEmpty, empty }: ListStateProps) {
  const t = useText();
  if (query.error)
    return (
      <Banner
        kind="danger"
        title={readErrors(query.error, t).form ?? t("The list could not be loaded")}
        action={<Button onPress={() => void query.refetch()}>{t("Try again")}</Button>}
      />
    );
  if (query.isPending) return <Skeleton shape="block" />;
  return isEmpty ? empty : null;
}
