import { useEffect, useState } from "react";
import { useKindIndex } from "../data/schema.ts";
import { useSession } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "../kit/classes.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { SetupChecklist } from "../setup/setup-checklist.tsx";
import { useSetup } from "../setup/use-setup.ts";
import { DayBlocks, useDay } from "./day-blocks.tsx";
import { readDayPart } from "./day-plan.ts";
import { FollowUpBlock } from "./follow-up-block.tsx";
import { useListedKinds } from "./home-data.ts";
import { GapBlock, TeamBlock } from "./team-blocks.tsx";
import { ApprovalBlock, OpportunityBlock, PromiseBlock, ReplyBlock, useApprovals } from "./work-blocks.tsx";

/** Roles with this permission lead others. */
const LEADER_PERMISSION = "opportunity:assign";

/**
 * What the user has to do today. The first blocks take three requests: overdue activities, the calendar of today, approvals. The others are read
 * when the user scrolls to them.
 */
export function HomePage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const { permissions } = useSession();
  const findKind = useListedKinds();
  const now = useMinute();
  const day = useDay(now, findKind("activity") !== undefined);
  const approvals = useApprovals(findKind("approval") !== undefined);
  // The checklist stands above the blocks. They wait for it, so that they do not move.
  const isWaiting = useSetup() === undefined;
  if (!kinds) return null;
  if (!kinds.some(({ menu }) => menu !== null))
    return (
      <EmptyState kind="forbidden" title={t("You may see no records yet")}>
        {t("Ask an administrator for a role.")}
      </EmptyState>
    );
  const [activity, approval, opportunity, ticket, conversation] = [
    "activity",
    "approval",
    "opportunity",
    "ticket",
    "conversation",
  ].map(findKind);
  const isReady = !day.isLoading && !approvals.isLoading;
  const isLeader = permissions.includes(LEADER_PERMISSION);
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <div className="mx-auto flex w-full max-w-page min-w-0 flex-col gap-4 px-4 pb-8 tablet:px-6">
        <Greeting now={now} />
        <SetupChecklist />
        <div
          className={joinClasses(
            "grid min-w-0 grid-cols-1 items-start gap-4 blocks-in-order desktop:grid-cols-(--home-columns)",
            isWaiting && "invisible",
          )}
          aria-busy={isWaiting}
        >
          <div className={columnClass}>
            {activity ? <DayBlocks kind={activity} now={now} part="tasks" /> : null}
            <FollowUpBlock now={now} isReady={isReady} />
            {ticket ? <PromiseBlock kind={ticket} now={now} isReady={isReady} /> : null}
            {conversation ? <ReplyBlock kind={conversation} now={now} isReady={isReady} /> : null}
            {opportunity ? <OpportunityBlock kind={opportunity} now={now} isReady={isReady} /> : null}
          </div>
          <div className={columnClass}>
            {activity ? <DayBlocks kind={activity} now={now} part="meetings" /> : null}
            {approval ? <ApprovalBlock kind={approval} now={now} /> : null}
            {isLeader && opportunity ? <TeamBlock kind={opportunity} isReady={isReady} /> : null}
            {isLeader ? <GapBlock isReady={isReady} /> : null}
          </div>
        </div>
      </div>
    </div>
  );
}

/** On a phone, the blocks of both columns stand in one. */
const columnClass = "contents min-w-0 flex-col gap-4 desktop:flex";

function Greeting({ now }: { readonly now: string }) {
  const t = useText();
  const { first_name: name } = useSession();
  const { locale, timeZone } = useTextOptions();
  const greetings = {
    morning: t("Good morning, {name}", { name }),
    afternoon: t("Good afternoon, {name}", { name }),
    evening: t("Good evening, {name}", { name }),
  };
  return (
    <header className="-mb-2 flex min-h-page-head flex-wrap content-center items-baseline gap-x-3 py-3">
      <h1 dir="auto" className="min-w-0 text-title font-semibold wrap-anywhere">
        {greetings[readDayPart(now, timeZone)]}
      </h1>
      <span className="text-control text-text-muted">
        {new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone }).format(new Date(now))}
      </span>
    </header>
  );
}

const MINUTE_MS = 60_000;

/** The present instant. It changes each minute, so that what becomes overdue is shown so. */
function useMinute(): string {
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date().toISOString()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
