import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useListedKinds } from "../../../api/home-data.ts";
import { type KindSummary, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { readViewedRole } from "../../../api/viewed-role.ts";
import { AbsenceBanner } from "../../../frame/profile/absence-banner.tsx";
import { EmptyBlocksLine, EmptyBlocksProvider } from "../../../frame/shell/home-block.tsx";
import {
  type BlockHeights,
  balanceLayout,
  findHomeLayout,
  type HomeBlockName,
  type HomeLayout,
  isNamedWhenEmpty,
  listInOneColumn,
} from "../../../frame/shell/home-layout.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { DayBlocks } from "../../people/activity/day-blocks.tsx";
import { readDayPart } from "../../people/activity/day-plan.ts";
import { SetupChecklist } from "../../platform/setup/setup-checklist.tsx";
import { useSetup } from "../../platform/setup/use-setup.ts";
import { FollowUpBlock } from "./follow-up-block.tsx";
import { GapBlock, TeamBlock } from "./team-blocks.tsx";
import { TicketBlock, UnassignedBlock } from "./ticket-blocks.tsx";
import { ApprovalBlock, OpportunityBlock, ReplyBlock } from "./work-blocks.tsx";

/** Roles with this permission lead others. */
const LEADER_PERMISSION = "opportunity:assign";

/** What the user has to do today. All blocks are read in one request: an empty one gives its place to the next. */
export function HomePage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const { role, extra_roles } = useSession();
  const viewedRole = readViewedRole();
  const layout = findHomeLayout(viewedRole === undefined ? [role, ...extra_roles] : [viewedRole]);
  const isDesktop = useIsDesktop();
  const blocks = useRef<HTMLDivElement>(null);
  const { main, side } = useBalance(layout, blocks);
  const columns = isDesktop ? [main, side] : [listInOneColumn(layout)];
  const now = useMinute();
  // The checklist stands above the blocks. They wait for it, so that they do not move.
  const isWaiting = useSetup() === undefined;
  if (!kinds) return null;
  if (!kinds.some(({ menu }) => menu !== null))
    return (
      <EmptyState isPage kind="forbidden" title={t("You may see no records yet")}>
        {t("Ask an administrator for a role.")}
      </EmptyState>
    );
  return (
    <EmptyBlocksProvider>
      <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
        <div className="mx-auto flex w-full max-w-page min-w-0 flex-col gap-4 px-4 pb-8 tablet:px-6">
          <Greeting now={now} />
          <AbsenceBanner />
          <SetupChecklist />
          <div
            ref={blocks}
            className={joinClasses(
              "grid min-w-0 grid-cols-1 items-start gap-4 blocks-in-order desktop:grid-cols-(--home-columns)",
              isWaiting && "invisible",
            )}
            aria-busy={isWaiting}
          >
            {columns.map((names, index) => (
              <div key={index === 0 ? "main" : "side"} className="flex min-w-0 flex-col gap-4">
                {names.map((name) => (
                  <div key={name} data-place={name} className="min-w-0 empty:hidden">
                    <Block name={name} now={now} isNamed={isNamedWhenEmpty(name, layout)} />
                  </div>
                ))}
                {index === 0 ? <EmptyBlocksLine /> : null}
              </div>
            ))}
          </div>
        </div>
      </div>
    </EmptyBlocksProvider>
  );
}

/** Balances the columns once, when all blocks have what they show. Later changes move no block from under the pointer. */
function useBalance(layout: HomeLayout, blocks: RefObject<HTMLElement | null>): HomeLayout {
  const [heights, setHeights] = useState<BlockHeights>();
  const isReady = useKindIndex().data !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the blocks stand there once the kinds are known
  useLayoutEffect(() => {
    const frame = blocks.current;
    if (!frame || heights) return undefined;
    const observer = new ResizeObserver(() => {
      if (frame.querySelector("[data-block][aria-busy=true]")) return;
      const places = [...frame.querySelectorAll<HTMLElement>("[data-place]")];
      // Before the next picture, so that no block is seen in another column.
      flushSync(() =>
        setHeights(new Map(places.map(({ dataset, offsetHeight }) => [dataset.place as HomeBlockName, offsetHeight]))),
      );
    });
    for (const column of frame.children) observer.observe(column);
    return () => observer.disconnect();
  }, [blocks, heights, isReady]);
  return heights ? balanceLayout(layout, heights) : layout;
}

interface BlockProps {
  readonly name: HomeBlockName;
  readonly now: string;
  /** Whether the line of empty blocks names it. */
  readonly isNamed: boolean;
}

/** A block by its name, if the user may see what it shows. */
function Block({ name, now, isNamed }: BlockProps) {
  const t = useText();
  const { permissions } = useSession();
  const findKind = useListedKinds();
  const isLeader = permissions.includes(LEADER_PERMISSION);
  const withKind = (kindName: string, render: (kind: KindSummary) => ReactNode): ReactNode => {
    const kind = findKind(kindName);
    return kind && render(kind);
  };
  switch (name) {
    case "tasks":
    case "meetings":
      return withKind("activity", (kind) => <DayBlocks kind={kind} now={now} part={name} />);
    case "follow-ups":
      return <FollowUpBlock now={now} />;
    case "tickets":
      return withKind("ticket", (kind) => <TicketBlock kind={kind} name={isNamed ? t("tickets") : undefined} />);
    case "queue":
      return withKind("ticket", (kind) => <UnassignedBlock kind={kind} />);
    case "replies":
      return withKind("conversation", (kind) => <ReplyBlock kind={kind} now={now} name={t("conversations")} />);
    case "opportunities":
      return withKind("opportunity", (kind) => <OpportunityBlock kind={kind} />);
    case "approvals":
      return withKind("approval", (kind) => <ApprovalBlock kind={kind} now={now} name={t("approvals")} />);
    case "team":
      return isLeader ? withKind("opportunity", (kind) => <TeamBlock kind={kind} />) : null;
    case "gaps":
      return isLeader ? <GapBlock /> : null;
  }
}

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
