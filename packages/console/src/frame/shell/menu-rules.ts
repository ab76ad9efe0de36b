import type { Area, MenuPage } from "./menu-pages.ts";

/** Which pages stand in the menu, in which order and groups. Users arrange it, and their preferences hold the result. */

/** What the preferences of a user hold in `ui`: `menu` and `menu_folded`, so that two tabs can change one each. */
interface StoredMenu {
  /** The ids of the pages in their order. Without it the menu is that of the user's roles. */
  readonly pages?: readonly string[] | undefined;
  /** The groups that the user has folded. */
  readonly folded: readonly string[];
}

const representative = [
  ...["home", "inbox", "lead", "opportunity", "customer", "contact"],
  ...["activity", "quote", "forecast", "report"],
];
const agent = ["home", "ticket", "conversation", "customer", "contact", "knowledge_article", "satisfaction", "report"];
const manager = ["home", "approval", "forecast", "opportunity", "lead", "team", "report", "dashboard"];
const marketer = ["home", "campaign", "segment", "message_template", "form", "lead", "workflow", "report"];
const administrator = [
  ...["home", "lead", "opportunity", "forecast", "quote", "order", "invoice", "approval"],
  ...["customer", "contact", "activity"],
  ...["ticket", "conversation", "knowledge_article", "satisfaction"],
  ...["campaign", "segment", "message_template", "form", "workflow"],
  ...["dashboard", "report", "team"],
  ...["import", "audit"],
];

/** The menu of each role until the user arranges it. Roles that a tenant makes get that of a user. */
const roleMenus: Readonly<Record<string, readonly string[]>> = {
  ADMIN: administrator,
  DIRECTOR: manager,
  MANAGER: manager,
  SALES_REP: representative,
  MARKETER: marketer,
  SUPPORT_AGENT: agent,
  ANALYST: ["home", "dashboard", "report", "team", "forecast", "opportunity", "lead", "customer"],
  USER: representative,
};

/** Pages that show the same records: with the second one in the menu, the first one is left out. */
const REPLACED: readonly (readonly [page: string, by: string])[] = [["inbox", "conversation"]];

/** Lists the pages of the menu of a user with these roles: those of the first role, then what the others add. */
export function listRolePages(roles: readonly string[]): string[] {
  const ids = [...new Set(roles.flatMap((role) => roleMenus[role] ?? representative))];
  return ids.filter((id) => !REPLACED.some(([page, by]) => id === page && ids.includes(by)));
}

const readIds = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((id): id is string => typeof id === "string") : undefined;

/** Reads the stored menu of a user, which another version of the console may have written. */
export const readStoredMenu = ({ menu, menu_folded }: Readonly<Record<string, unknown>>): StoredMenu => ({
  pages: readIds(menu),
  folded: readIds(menu_folded) ?? [],
});

/** Returns the pages of the menu in their order. Pages that the user may not see are left out. */
export const buildMenu = (pages: readonly MenuPage[], roles: readonly string[], stored: Pick<StoredMenu, "pages">): MenuPage[] =>
  (stored.pages ?? listRolePages(roles)).flatMap((id) => pages.find((page) => page.id === id) ?? []);

/** A longer menu has groups. */
const MAX_UNGROUPED = 12;

const menuGroups = ["sales", "people", "service", "marketing", "analytics", "data"] as const;
export type MenuGroupName = (typeof menuGroups)[number];

const areaGroups: Readonly<Record<Area, MenuGroupName | undefined>> = {
  start: undefined,
  sales: "sales",
  agreements: "sales",
  catalog: "sales",
  people: "people",
  activity: "people",
  service: "service",
  messages: "service",
  marketing: "marketing",
  analytics: "analytics",
  data: "data",
  settings: "data",
};

/** Pages that stand in another group of the menu than their area. */
const pageGroups: Readonly<Record<string, MenuGroupName>> = { message_template: "marketing", forecast: "sales" };

interface MenuGroup {
  /** Undefined: the pages stand at the top, without a title. */
  readonly name: MenuGroupName | undefined;
  readonly pages: readonly MenuPage[];
}

/** Puts a long menu into groups, in the order of their first pages. A short one is one group without a name. */
export function groupMenu(menu: readonly MenuPage[]): MenuGroup[] {
  if (menu.length <= MAX_UNGROUPED) return [{ name: undefined, pages: menu }];
  const groups = Map.groupBy(menu, ({ id, area }) => pageGroups[id] ?? areaGroups[area]);
  const top = groups.get(undefined) ?? [];
  groups.delete(undefined);
  return [{ name: undefined, pages: top }, ...[...groups].map(([name, pages]) => ({ name, pages }))];
}

/** Moves a page by a number of places, over the ends to the end. */
export function movePage(ids: readonly string[], id: string, places: number): string[] {
  const rest = ids.filter((other) => other !== id);
  const place = Math.max(0, Math.min(rest.length, ids.indexOf(id) + places));
  return ids.includes(id) ? [...rest.slice(0, place), id, ...rest.slice(place)] : [...ids];
}

/** Puts a page at the end of the menu, or takes it out. */
export const togglePage = (ids: readonly string[], id: string): string[] =>
  ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];

const HOME = "/crm";

/** Finds the page of the menu that an address is below: of several the one with the longest address. Home is itself alone. */
export const findCurrentPage = (menu: readonly MenuPage[], path: string): MenuPage | undefined =>
  menu
    .filter(({ href }) => path === href || (href !== HOME && path.startsWith(`${href}/`)))
    .sort((a, b) => b.href.length - a.href.length)[0];

/** Pricing rules have a shorter address than their kind. */
const PRICING = /^\/crm\/quotes\/pricing(?=\/|$)/;

interface MarkedEntry {
  /** The page of the menu that is marked. */
  readonly page?: MenuPage | undefined;
  /** Whether the open page is a list, or below one, that is not in the menu: "All pages" leads to it. */
  readonly isOutside: boolean;
}

/**
 * Returns what the menu marks at an address. A list outside the menu belongs to the page that its address is below if both have one area. `areaAddress`
 * is the address of the same page in its area; it counts if the menu has that area.
 */
export function findMarkedEntry(
  menu: readonly MenuPage[],
  pages: readonly MenuPage[],
  address: string,
  areaAddress = address,
): MarkedEntry {
  const areaPage = findCurrentPage(menu, areaAddress);
  return findEntryAt(menu, pages, areaPage ? areaAddress : address);
}

function findEntryAt(menu: readonly MenuPage[], pages: readonly MenuPage[], address: string): MarkedEntry {
  const path = address.replace(PRICING, "/crm/quotes/pricing-rules");
  const nearest = findCurrentPage(pages, path);
  const page = findCurrentPage(menu, path);
  const isOutside = nearest?.isList === true && nearest !== page && nearest.area !== page?.area;
  return isOutside ? { isOutside } : { page, isOutside };
}

/** The entries of the bar at the foot of a phone, beside "More". */
const MAX_BAR_PAGES = 5;

export const listBarPages = (menu: readonly MenuPage[]): readonly MenuPage[] => menu.slice(0, MAX_BAR_PAGES);
