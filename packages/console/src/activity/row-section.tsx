import type { ReactNode } from "react";
import type { useRecordList } from "../data/records.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { LoadError } from "../shell/load-error.tsx";

interface RowSectionProps {
  readonly list: ReturnType<typeof useRecordList>;
  readonly isEmpty: boolean;
  /** In place of the rows where there are none. */
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

/** The rows of a page: a placeholder while they load, why they could not be loaded, and the button that loads more. */
export function RowSection({ list, isEmpty, empty, children }: RowSectionProps) {
  const t = useText();
  if (list.isError) return <LoadError query={list} text={t("The list could not be loaded")} />;
  if (list.isPending) return <Skeleton shape="block" />;
  return (
    <>
      {isEmpty && !list.hasNextPage ? empty : children}
      {list.hasNextPage ? (
        <span>
          <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t("Show more")}
          </Button>
        </span>
      ) : null}
    </>
  );
}
