import type { KindSummary } from "@crm/console/api/kind.ts";
import { listMenuPages, type MenuPage } from "@crm/console/frame/shell/menu-pages.ts";
import {
  buildMenu,
  findCurrentPage,
  findMarkedEntry,
  groupMenu,
  listBarPages,
  listRolePages,
  movePage,
  readStoredMenu,
  togglePage,
} from "@crm/console/frame/shell/menu-rules.ts";
import { isSettingPath, listTrail } from "@crm/console/frame/shell/page-trail.ts";
import { expect, it } from "vitest";

const t = (text: string): string => text;

const kind = (name: string, path: string, labels: string, menu: KindSummary["menu"]): KindSummary => ({
  ...{ kind: name, path: `/api/v1/${path}`, label: labels, labels, icon: "", menu, title: "", operations: ["list"] },
});

const kinds: readonly KindSummary[] = [
  kind("lead", "leads", "Leads", "sales"),
  kind("opportunity", "opportunities", "Opportunities", "sales"),
  kind("order", "orders", "Orders", "sales"),
  kind("invoice", "invoices", "Invoices", "sales"),
  kind("customer", "customers", "Customers", "people"),
  kind("contact", "contacts", "Contacts", "people"),
  kind("activity", "activities", "Activities", "activity"),
  kind("quote", "quotes", "Quotes", "agreements"),
  kind("approval", "approvals", "Approvals", "agreements"),
  kind("quote_version", "quotes/versions", "Quote versions", "agreements"),
  kind("pricing_rule", "quotes/pricing-rules", "Pricing rules", "catalog"),
  kind("ticket", "support/tickets", "Tickets", "service"),
  kind("ticket_survey", "support/surveys", "Ticket surveys", "service"),
  kind("knowledge_article", "support/knowledge", "Knowledge articles", "service"),
  kind("conversation", "conversations", "Conversations", "messages"),
  kind("message_template", "message-templates", "Message templates", "messages"),
  kind("campaign", "campaigns", "Campaigns", "marketing"),
  kind("segment", "customers/segments", "Segments", "marketing"),
  kind("form", "forms", "Forms", "marketing"),
  kind("workflow", "workflows", "Workflows", "marketing"),
  kind("report", "analytics/reports", "Reports", null),
  kind("dashboard", "dashboards", "Dashboards", null),
];
const pages = listMenuPages({ kinds, permissions: ["analytics:read"] }, t);
const nameMenu = (menu: readonly MenuPage[]): string => menu.map(({ label, menuLabel = label }) => menuLabel).join(", ");

it.each([
  ["SALES_REP", "Home, Inbox, Leads, Opportunities, Customers, Contacts, Activities, Quotes, Forecast, Reports"],
  ["SUPPORT_AGENT", "Home, Tickets, Conversations, Customers, Contacts, Knowledge, Satisfaction, Reports"],
  ["MANAGER", "Home, Approvals, Forecast, Opportunities, Leads, Team, Reports, Dashboards"],
  ["MARKETER", "Home, Campaigns, Segments, Templates, Forms, Leads, Workflows, Reports"],
])("has the menu of %s", (role, names) => {
  expect(nameMenu(buildMenu(pages, [role], {}))).toBe(names);
});

it("joins the menus of several roles, each page once", () => {
  const ids = listRolePages(["SUPPORT_AGENT", "MARKETER"]);
  expect(ids.slice(0, 8)).toEqual(listRolePages(["SUPPORT_AGENT"]));
  expect(ids.filter((id) => id === "home")).toHaveLength(1);
  expect(ids).toEqual(expect.arrayContaining(listRolePages(["MARKETER"])));
  // Both show the conversations of the user.
  expect(listRolePages(["SALES_REP", "SUPPORT_AGENT"])).not.toContain("inbox");
});

it("leaves out what the user may not see, in the menu and in all pages", () => {
  const few = listMenuPages({ kinds: kinds.filter(({ kind: name }) => name === "lead"), permissions: [] }, t);
  expect(few.map(({ id }) => id)).toEqual(["home", "notifications", "feed", "profile", "lead"]);
  expect(nameMenu(buildMenu(few, ["MANAGER"], { pages: ["approval", "lead"] }))).toBe("Leads");
});

it("shows the stored menu in place of that of the roles", () => {
  const stored = readStoredMenu({ menu: ["ticket", "home", 7], menu_folded: ["sales"] });
  expect(stored).toEqual({ pages: ["ticket", "home"], folded: ["sales"] });
  expect(nameMenu(buildMenu(pages, ["SALES_REP"], stored))).toBe("Tickets, Home");
  expect(readStoredMenu({ menu: null })).toEqual({ pages: undefined, folded: [] });
});

it("groups a long menu alone", () => {
  const names = (role: string) => groupMenu(buildMenu(pages, [role], {})).map(({ name }) => name);
  expect(names("SALES_REP")).toEqual([undefined]);
  expect(names("ADMIN")).toEqual([undefined, "sales", "people", "service", "marketing", "analytics"]);
});

it.each([
  ["c", -1, "a,c,b"],
  ["a", 2, "b,c,a"],
  ["a", -1, "a,b,c"],
  ["c", 5, "a,b,c"],
  ["missing", 1, "a,b,c"],
])("moves %s by %i places", (id, places, order) => {
  expect(movePage(["a", "b", "c"], id, places).join()).toBe(order);
});

it("pins a page to the end, and takes it out", () => {
  expect(togglePage(["a"], "b")).toEqual(["a", "b"]);
  expect(togglePage(["a", "b"], "a")).toEqual(["b"]);
});

it.each([
  ["/crm", "home"],
  ["/crm/opportunities/view/opp_1", "opportunity"],
  ["/crm/opportunities/forecast", "forecast"],
  ["/crm/feed", undefined],
])("marks at %s the page %s", (path, id) => {
  expect(findCurrentPage(buildMenu(pages, ["SALES_REP"], {}), path)?.id).toBe(id);
});

it.each([
  ["/crm/orders/view/ord_1", undefined, true],
  ["/crm/quotes/view/quo_1", "quote", false],
  ["/crm/quotes/pricing/create", undefined, true],
  ["/crm/quotes/versions", "quote", false],
  ["/crm/opportunities/won", "opportunity", false],
  ["/crm/feed", undefined, false],
])("marks at %s the page %s, and “All pages” for a list outside: %s", (path, id, isOutside) => {
  const marked = findMarkedEntry(buildMenu(pages, ["SALES_REP"], {}), pages, path);
  expect([marked.page?.id, marked.isOutside]).toEqual([id, isOutside]);
});

it("marks the area of a page if the menu has it, and else the page that it is below", () => {
  const menu = buildMenu(pages, ["MARKETER"], {});
  expect(findMarkedEntry(menu, pages, "/crm/campaigns/automation", "/crm/workflows").page?.id).toBe("workflow");
  expect(findMarkedEntry(menu, pages, "/crm/campaigns/email", "/crm/email-sends").page?.id).toBe("campaign");
});

it.each([
  ["/crm/settings", true, []],
  ["/crm/settings/users", true, ["/crm/settings"]],
  ["/crm/settings/masters", true, ["/crm/settings"]],
  ["/crm/settings/masters/industries", true, ["/crm/settings", "/crm/settings/masters"]],
  ["/crm/leads/sources", true, ["/crm/settings", "/crm/settings/masters"]],
  ["/crm/contacts/roles", true, ["/crm/settings", "/crm/settings/masters"]],
  ["/crm/leads", false, []],
  ["/crm/settingsx", false, []],
  ["/crm/imports/add", false, ["/crm/imports"]],
  ["/crm/imports", false, []],
])("knows at %s whether it is a setting, and the pages above it", (path, isSetting, trail) => {
  expect([isSettingPath(path), listTrail(path)]).toEqual([isSetting, trail]);
});

it("puts the first five pages into the bar of a phone", () => {
  expect(nameMenu(listBarPages(buildMenu(pages, ["SUPPORT_AGENT"], {})))).toBe(
    "Home, Tickets, Conversations, Customers, Contacts",
  );
});
