import { consolePath } from "../../api/console-path.ts";
import type { KindSummary } from "../../api/kind.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";

/** All pages of the console that a user may see: the lists of kinds, and the pages that are no list. The menu, the search and "All pages" show them. */

export const ALL_PAGES_PATH = "/crm/pages";

export interface MenuPage {
  /** The name of the kind, or of the page. The preferences of users store it. */
  readonly id: string;
  readonly label: string;
  /** What the menu says, if it is shorter than the label. */
  readonly menuLabel?: string;
  readonly href: string;
  /** The name of an icon (kind-icon.tsx). */
  readonly icon: string;
  readonly area: Area;
  /** Whether it is the list of a kind. */
  readonly isList?: boolean;
}

/** The areas of "All pages" in their order. */
export const areas = [
  "start",
  "sales",
  "people",
  "activity",
  "agreements",
  "service",
  "marketing",
  "messages",
  "catalog",
  "analytics",
  "data",
  "settings",
] as const;
export type Area = (typeof areas)[number];

export const nameArea = (area: Area, t: Translate): string =>
  ({
    start: t("Start"),
    sales: t("Sales"),
    people: t("People"),
    activity: t("Activity"),
    agreements: t("Agreements"),
    service: t("Service"),
    marketing: t("Marketing"),
    messages: t("Messages"),
    catalog: t("Catalog"),
    analytics: t("Analytics"),
    data: t("Data"),
    settings: t("Settings"),
  })[area];

interface Requirement {
  /** The kind whose records the page shows: the user must be able to list it. */
  readonly kind?: string;
  readonly permission?: string;
}

type OwnPage = MenuPage & Requirement;

/** The pages that are no list of a kind. */
function listOwnPages(t: Translate): OwnPage[] {
  const page = (area: Area, id: string, label: string, path: string, icon: string, requirement: Requirement = {}): OwnPage => ({
    ...{ id, label, area, icon, href: `/crm${path}` },
    ...requirement,
  });
  const analytics = { permission: "analytics:read" };
  return [
    page("start", "home", t("Home"), "", "house"),
    page("start", "inbox", t("Inbox"), "/inbox", "inbox", { kind: "conversation" }),
    page("start", "notifications", t("Notifications"), "/notifications", "bell"),
    page("start", "feed", t("Feed"), "/feed", "newspaper"),
    page("start", "profile", t("Profile and settings"), "/profile", "user-round"),
    page("sales", "pipeline", t("Pipeline"), "/opportunities/pipeline", "square-kanban", { kind: "opportunity" }),
    page("sales", "forecast", t("Forecast"), "/opportunities/forecast", "trending-up", { kind: "opportunity" }),
    page("sales", "won", t("Won opportunities"), "/opportunities/won", "handshake", { kind: "opportunity" }),
    page("sales", "lost", t("Lost opportunities"), "/opportunities/lost", "handshake", { kind: "opportunity" }),
    page("people", "hierarchy", t("Account hierarchy"), "/customers/hierarchy", "building-2", { kind: "customer" }),
    page("people", "customer-360", t("Customer 360°"), "/advanced-features/customer360", "circle-user-round", {
      kind: "customer",
    }),
    page("activity", "tasks", t("Tasks"), "/activities/tasks", "list-checks", { kind: "activity" }),
    page("activity", "calls", t("Calls"), "/activities/calls", "phone", { kind: "activity" }),
    page("activity", "meetings", t("Meetings"), "/activities/meetings", "users", { kind: "activity" }),
    page("activity", "calendar", t("Calendar"), "/activities/calendar", "calendar-clock", { kind: "activity" }),
    page("agreements", "amendments", t("Amendments"), "/contracts/amendments", "file-signature", { kind: "contract" }),
    page("agreements", "renewals", t("Renewals"), "/contracts/renewals", "refresh-ccw", { kind: "contract" }),
    page("service", "satisfaction", t("Satisfaction"), "/support/satisfaction", "smile", { kind: "ticket_survey" }),
    page("service", "agents", t("Agents"), "/support/agents", "users", { kind: "ticket" }),
    page("marketing", "attribution", t("Attribution"), "/campaigns/attribution", "route", { kind: "campaign" }),
    page("analytics", "dashboard", t("Dashboards"), "/analytics", "chart-pie", { kind: "dashboard" }),
    page("analytics", "report", t("Reports"), "/analytics/reports", "chart-column", { kind: "report" }),
    page("analytics", "team", t("Team"), "/analytics/team", "users", analytics),
    page("analytics", "sales-figures", t("Sales figures"), "/analytics/sales", "chart-column", analytics),
    page("analytics", "revenue", t("Revenue"), "/analytics/revenue", "banknote", analytics),
    page("analytics", "win-loss", t("Wins and losses"), "/analytics/win-loss", "chart-pie", analytics),
    page("analytics", "kpi", t("KPIs"), "/analytics/kpis", "gauge", { kind: "kpi" }),
  ];
}

/** Names a page by its heading, and shorter in the menu. */
const nameKindPage = ({ kind, labels }: Pick<KindSummary, "kind" | "labels">, t: Translate) => {
  if (kind === "knowledge_article") return { label: t("Knowledge base"), menuLabel: t("Knowledge") };
  if (kind === "message_template") return { label: labels, menuLabel: t("Templates") };
  return { label: labels };
};

interface PageScope {
  readonly kinds: readonly KindSummary[];
  readonly permissions: readonly string[];
}

/** Lists the pages that the user may see, area by area. */
export function listMenuPages({ kinds, permissions }: PageScope, t: Translate): MenuPage[] {
  const listed = kinds.filter(({ operations }) => operations.includes("list"));
  const kindPages = listed.flatMap((kind): MenuPage[] =>
    kind.menu === null
      ? []
      : [
          {
            ...nameKindPage(kind, t),
            id: kind.kind,
            href: consolePath(kind.path),
            icon: kind.icon,
            area: kind.menu,
            isList: true,
          },
        ],
  );
  const ownPages = listOwnPages(t).filter(
    ({ kind, permission }) =>
      (kind === undefined || listed.some((candidate) => candidate.kind === kind)) &&
      (permission === undefined || permissions.includes(permission)),
  );
  return areas.flatMap((area) => [...kindPages, ...ownPages].filter((page) => page.area === area));
}
