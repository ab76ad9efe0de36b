import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageFrame } from "../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { Link } from "../../ui/kit/link.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { MissingRecord } from "../record/record-error.tsx";
import { isMissing } from "../record/record-rules.ts";

interface JobPageProps<T> {
  /** The name of the job once it is known, and of its kind until then. */
  readonly title: (job: T | undefined) => string;
  readonly job: UseQueryResult<T>;
  readonly list: { readonly href: string; readonly label: string };
  readonly actions: (job: T) => ReactNode;
  /** The job has more actions once it has ended. On a phone they need a second row, which has its place from the beginning. */
  readonly hasManyActions?: boolean;
  readonly children: (job: T) => ReactNode;
}

/** The page of a long job: its head, and its content once it is loaded. */
export function JobPage<T>({ title, job, list, actions, hasManyActions = false, children }: JobPageProps<T>) {
  const t = useText();
  const { data, error, refetch } = job;
  if (isMissing(error)) return <MissingRecord list={list} />;
  return (
    <PageFrame
      title={title(data)}
      width="record"
      isLoading={data === undefined && error === null}
      actions={
        data === undefined ? undefined : (
          // The link keeps its place when a job ends and has other actions: first on a phone, last where there is room.
          <span
            className={joinClasses(
              "flex min-w-0 flex-wrap content-start items-center gap-2",
              hasManyActions && "min-h-job-actions tablet:min-h-0",
            )}
          >
            <span className="order-first tablet:order-last">
              <Link variant="action" href={list.href}>
                {list.label}
              </Link>
            </span>
            {actions(data)}
          </span>
        )
      }
    >
      {error ? (
        <Banner
          kind="danger"
          title={readErrors(error, t).form ?? t("The record could not be loaded")}
          action={<Button onPress={() => void refetch()}>{t("Try again")}</Button>}
        />
      ) : data === undefined ? (
        <Skeleton shape="block" />
      ) : (
        children(data)
      )}
    </PageFrame>
  );
}

/** When a job started, with further facts before it. */
export function JobFacts({ at, children }: { readonly at: string; readonly children?: ReactNode }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const reader = { locale, timeZone };
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-control text-text-muted">
      {children}
      <span title={formatExact(at, reader)}>
        {t("Started {when}", { when: formatRelative(at, new Date().toISOString(), reader) })}
      </span>
    </p>
  );
}
