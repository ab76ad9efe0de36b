import { createEarlyReads } from "@crm/console/api/early-reads.ts";
import { listPageReads } from "@crm/console/api/page-reads.ts";
import { listSessionReads } from "@crm/console/api/session-reads.ts";
import { describe, expect, it } from "vitest";

describe("what a page reads with the session", () => {
  it.each([
    ["a page of a kind reads its schema alone", "/crm/leads", "", undefined, []],
    ["a page about another kind than its address", "/crm/campaigns/email", "", ["email_send"], []],
    [
      "the values of master data, and no schema",
      "/crm/leads/sources/",
      "",
      [],
      ["/api/v1/masters", "/api/v1/masters/lead-sources?limit=100"],
    ],
    [
      "a record, with commas as the page writes them",
      "/crm/support/sla/edit/sla_01m8jcrr",
      "",
      undefined,
      [
        "/api/v1/support/sla/sla_01m8jcrr?expand=labels%2Csupport_calendar",
        "/api/v1/support/calendars?limit=100&sort=name",
        "/api/v1/masters/priorities?limit=50&fields=code%2Cname%2Cparent_id%2Clevel%2Csla_hours&translated=true",
        "/api/v1/masters/ticket-categories?limit=100&fields=code%2Cname%2Cparent_id%2Clevel%2Csla_hours&translated=true",
        "/api/v1/masters/urgency-levels?limit=50&fields=code%2Cname%2Cparent_id%2Clevel%2Csla_hours&translated=true",
      ],
    ],
    [
      "the rule in the address",
      "/crm/leads/scoring",
      "?rule=score_dynamic",
      [],
      [
        "/api/v1/rules/score_dynamic",
        "/api/v1/rules/score_dynamic/versions?limit=20&expand=labels",
        "/api/v1/masters/industries?limit=100&fields=code%2Cname%2Cparent_id%2Clevel%2Csla_hours&translated=true",
      ],
    ],
    [
      "no forecast of all users, where the address has filters",
      "/crm/opportunities/forecast",
      "?owner=me",
      undefined,
      ["/api/v1/opportunities/stages?limit=100"],
    ],
    ["a word in place of an id", "/crm/quotes/edit/all", "", undefined, []],
  ])("%s", (_, path, search, kinds, addresses) => {
    expect(listPageReads(path, search)).toEqual({ kinds, addresses });
  });

  it("has one schema for each named kind, or that of the address", () => {
    const listSchemas = (kinds?: readonly string[]) =>
      listSessionReads("/crm/leads/edit/led_1", kinds).flatMap(({ path, query }) => (path === "/api/v1/schema" ? [query] : []));
    expect(listSchemas()).toEqual([{ path: "/api/v1/leads/edit/led_1" }]);
    expect(listSchemas(["segment", "customer"])).toEqual([{ kind: "segment" }, { kind: "customer" }]);
    expect(listSchemas([])).toEqual([]);
  });
});

describe("early reads", () => {
  const start = () => {
    const sent: string[] = [];
    const early = createEarlyReads(async (address) => {
      sent.push(address);
      if (address === "/refused") throw new Error("refused");
      return { data: address, meta: {} };
    });
    early.start(["/a", "/b", "/refused"], "/crm/a");
    return { early, sent };
  };

  it("are answered once, on their page", async () => {
    const { early, sent } = start();
    expect(sent).toEqual(["/a", "/b", "/refused"]);
    expect(early.take("/c", "/crm/a")).toBeUndefined();
    expect((await early.take("/a", "/crm/a"))?.data).toBe("/a");
    expect(early.take("/a", "/crm/a")).toBeUndefined();
    await expect(early.take("/refused", "/crm/a")).rejects.toThrow("refused");
  });

  it("are forgotten on another page, and when the session ends", () => {
    const { early } = start();
    expect(early.take("/c", "/crm/other")).toBeUndefined();
    expect(early.take("/b", "/crm/a")).toBeUndefined();
    const ended = start().early;
    ended.clear();
    expect(ended.take("/a", "/crm/a")).toBeUndefined();
  });
});
