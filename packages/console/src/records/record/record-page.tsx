import { useSearch } from "@tanstack/react-router";
import { type ReactNode, Suspense, useContext, useState } from "react";
import { findPages } from "../../api/page-manifest.ts";
import { listBannerFields } from "../../api/record-outcomes.ts";
import { type ConsoleRecord, useRecord } from "../../api/records.ts";
import { formatTitle, type Kind, type KindSummary, useKind } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tabs, WithinTabs } from "../../ui/kit/tabs.tsx";
import { useIsDesktop } from "../../ui/kit/use-media.ts";
import { useFollowers } from "../comments/follow-button.tsx";
import { useThread } from "../comments/thread-reads.ts";
import { useNextActivity } from "../rows/next-activity.ts";
import { AutomationCard, useEnrollments } from "./automation-card.tsx";
import { Composer } from "./composer.tsx";
import { listFrameFields } from "./frame-fields.ts";
import { findHeadFields } from "./head-fields.ts";
import { KeyFields } from "./key-fields.tsx";
import { NextActivity } from "./next-activity.tsx";
import { OutcomeBanner } from "./outcome-banner.tsx";
import { listPartCards } from "./part-card.tsx";
import { PlaybookCards, usePlaybooks } from "./playbook-card.tsx";
import { RecordError } from "./record-error.tsx";
import { RecordHead } from "./record-head.tsx";
import { hasFailed } from "./record-rules.ts";
import { listTableFields, RecordTables } from "./record-tables.tsx";
import { RecordTimeline } from "./record-timeline.tsx";
import { RelatedLists } from "./related-lists.tsx";

/** A record: key fields, what happened, related records. All of it is read with one request. */
export function RecordPage({ summary, id }: { readonly summary: KindSummary; readonly id: string }) {
  const { data: kind } = useKind(summary.kind);
  const record = useRecord(kind, id);
  const { tab } = useSearch({ strict: false }) as { readonly tab?: string };
  if (hasFailed(record)) return <RecordError summary={summary} query={record} />;
  if (!kind) return <RecordSkeleton />;
  const parts = <RecordParts key={id} kind={kind} id={id} record={record.data} />;
  const { frame: Frame, isOverviewFirst: beginsWithParts = false, thread } = findPages(kind.kind).record ?? {};
  // What the overview shows is read together with the record, not after it.
  const isOverviewFirst = beginsWithParts && tab === undefined;
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto print:overflow-visible">
      {record.data ? <RecordHead kind={kind} record={record.data} /> : <RecordSkeleton />}
      {record.data ? (
        <div className="mx-auto flex w-full max-w-page flex-col gap-2 px-4 pb-2 empty:hidden tablet:px-6">
          <OutcomeBanner kind={kind} record={record.data} />
        </div>
      ) : null}
      {Frame ? <FollowerRead kind={kind} id={id} /> : null}
      {thread ? <ThreadRead kind={kind} id={id} /> : null}
      <div className={record.data ? "" : "invisible"}>
        {Frame && record.data ? (
          <Suspense fallback={<RecordSkeleton />}>
            <Frame key={id} kind={kind} record={record.data} details={parts} />
          </Suspense>
        ) : Frame && !isOverviewFirst ? null : (
          // While the record loads, they read what they show at the same time.
          parts
        )}
      </div>
    </div>
  );
}

/** Reads who follows the record before its parts are there, because the head shows it. */
function FollowerRead({ kind, id }: { readonly kind: Kind; readonly id: string }): null {
  useFollowers(kind, id);
  return null;
}

/** Reads the messages that the frame shows, while its code is loading. */
function ThreadRead({ kind, id }: { readonly kind: Kind; readonly id: string }): null {
  useThread(kind, id);
  return null;
}

function RecordSkeleton() {
  return (
    <div className="flex min-h-page-head flex-col gap-6 p-4 tablet:px-6" aria-busy="true">
      <Skeleton width="medium" />
    </div>
  );
}

interface RecordPartsProps {
  readonly kind: Kind;
  readonly id: string;
  /** Undefined while it loads. The other parts load at the same time. */
  readonly record: ConsoleRecord | undefined;
}

/** The lists inside a record, over the whole width. A kind may show them in a form of its own. */
function MainTables({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }): ReactNode {
  const Own = findPages(kind.kind).record?.tables;
  if (!Own) return <RecordTables kind={kind} record={record} />;
  return (
    <Suspense fallback={<Skeleton shape="block" />}>
      <Own kind={kind} record={record} />
    </Suspense>
  );
}

interface PartTabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly label: string; readonly content: ReactNode }[];
}

/** The parts behind tabs, or behind a choice if they are in a tab already. */
function PartTabs({ label, tabs }: PartTabsProps) {
  const isWithinTabs = useContext(WithinTabs);
  const [chosen, choose] = useState(tabs[0]?.id ?? "");
  if (!isWithinTabs) return <Tabs label={label} tabs={tabs} />;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <SegmentedControl label={label} segments={tabs} value={chosen} onChange={choose} />
      {tabs.find(({ id }) => id === chosen)?.content}
    </div>
  );
}

/** The parts stand side by side, or behind tabs where there is no room. */
function RecordParts({ kind, id, record }: RecordPartsProps) {
  const t = useText();
  const isDesktop = useIsDesktop();
  const next = useNextActivity(kind, id);
  const { status, owner } = findHeadFields(kind);
  useFollowers(kind, id);
  const tables = listTableFields(kind);
  const banner = record ? new Set(listBannerFields(kind.kind, record)) : undefined;
  const bannerFields = kind.fields.filter(({ name }) => banner?.has(name));
  const fields = record ? (
    <KeyFields
      kind={kind}
      record={record}
      shownFields={[status, owner, ...tables, ...bannerFields, ...listPartCards(kind), ...listFrameFields(kind, record)]}
    />
  ) : (
    <Skeleton shape="block" />
  );
  const activity = (
    <div className="flex min-w-0 flex-col gap-4">
      {record ? <Composer kind={kind} record={record} /> : <Skeleton shape="block" />}
      <div className="flex min-w-0 flex-col gap-2">
        {record ? <NextActivity kind={kind} record={record} next={next} /> : null}
        <RecordTimeline kind={kind} id={id} record={record} />
      </div>
    </div>
  );
  const { playbooks, isLoading } = usePlaybooks({ kind, id });
  const enrollments = useEnrollments(kind, id);
  const waiting = isLoading || enrollments.isLoading ? "invisible" : "";
  const nextSteps = <PlaybookCards playbooks={playbooks} kind={kind} id={id} />;
  const automation = enrollments.data ? <AutomationCard id={id} {...enrollments.data} /> : null;
  const related = <RelatedLists kind={kind} id={id} record={record} title={record ? formatTitle(kind, record) : ""} />;
  if (!isDesktop)
    return (
      <div className="px-4 pb-8 tablet:px-6">
        <PartTabs
          label={t("Parts of the record")}
          tabs={[
            {
              id: "overview",
              // The frame of a kind has an overview already.
              label: findPages(kind.kind).record?.frame ? t("Details") : t("Overview"),
              content: (
                <div className={`flex min-w-0 flex-col gap-6 ${waiting}`}>
                  {nextSteps}
                  {fields}
                  {automation}
                  {record ? <MainTables kind={kind} record={record} /> : null}
                </div>
              ),
            },
            { id: "timeline", label: t("Timeline"), content: activity },
            { id: "related", label: t("Related"), content: related },
          ]}
        />
      </div>
    );
  return (
    <div className="mx-auto grid w-full max-w-page min-w-0 grid-cols-(--record-columns) grid-rows-[auto_1fr] items-start gap-6 px-6 pb-8 print:block">
      <section
        aria-label={t("Fields")}
        // The titles stand in line with those of the cards.
        className={tables.length > 0 ? "row-span-2 min-w-0 pt-4" : "min-w-0 pt-4"}
      >
        {fields}
      </section>
      {tables.length > 0 ? (
        <div className="col-span-2 flex min-w-0 flex-col gap-4 empty:hidden">
          {record ? <MainTables kind={kind} record={record} /> : <Skeleton shape="block" />}
        </div>
      ) : null}
      {activity}
      <section aria-label={t("Related records")} className={`flex min-w-0 flex-col gap-4 ${waiting}`}>
        {nextSteps}
        {automation}
        {related}
      </section>
    </div>
  );
}
