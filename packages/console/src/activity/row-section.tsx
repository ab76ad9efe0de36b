import type { ReactNode } from "react";
import type { useRecordList } from "../data/records.ts";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { Skeleton } from "../kit/skeleton.tsx";

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
  if (list.isError)
    return (
      <Banner
        kind="danger"
        title={readErrors(list.error, t).form ?? t("The list could not be loaded")}
        action={<Button onPress={() => void list.refetch()}>{t("Try again")}</Button>}
      />
    );
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
