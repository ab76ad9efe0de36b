import type { ReactNode } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { LoadError } from "./load-error.tsx";

interface ListStateProps {
  readonly query: {
    readonly error: Error | null;
    readonly isPending: boolean;
    readonly refetch: () => unknown;
    /** Lists that are read page by page have these. */
    readonly hasNextPage?: boolean;
    readonly isFetchingNextPage?: boolean;
    readonly fetchNextPage?: () => unknown;
  };
  readonly isEmpty: boolean;
  /** What stands in place of a list without rows. */
  readonly empty: ReactNode;
  /** The rows, if they do not stand beside this. */
  readonly children?: ReactNode;
}

/** What a list shows while it loads, when it could not be loaded, and when it has no rows, and the button that loads more. */
export function ListState({ query, isEmpty, empty, children }: ListStateProps) {
  const t = useText();
  if (query.error) return <LoadError query={query} text={t("The list could not be loaded")} />;
  if (query.isPending) return <Skeleton shape="block" />;
  return (
    <>
      {isEmpty && !query.hasNextPage ? empty : children}
      {children !== undefined && query.hasNextPage ? (
        <span>
          <Button isPending={query.isFetchingNextPage ?? false} onPress={() => void query.fetchNextPage?.()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </>
  );
}
