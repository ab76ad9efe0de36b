import {
  type Agent,
  computeCapacity,
  defaultCases,
  type Facts,
  MAX_TICKETS_PER_AGENT,
  rankCandidates,
  route,
} from "@crm/core/service/ticket/routing.rules.ts";
import { describe, expect, it } from "vitest";

const baseFacts: Facts = { is_vip: false, ticket_type: null, level: 2, category_id: null, channel: null };
const VIP = "VIP customer priority routing";
const BUSINESS = "Business-critical issue type";
const URGENT = "Customer-specified urgent priority";
const TECHNICAL = "Technical issue routing";
const STANDARD = "Standard routing based on priority";

describe("the default routing", () => {
  it.each<[Partial<Facts>, string, number, number]>([
    [{}, STANDARD, 2, 48],
    [{ level: 1 }, STANDARD, 1, 48],
    [{ level: 3 }, STANDARD, 3, 48],
    [{ level: 4 }, URGENT, 4, 1],
    [{ ticket_type: "QUESTION" }, STANDARD, 2, 48],
    [{ ticket_type: "BUG_REPORT" }, TECHNICAL, 3, 24],
    [{ ticket_type: "BUG_REPORT", level: 1 }, TECHNICAL, 3, 24],
    [{ ticket_type: "BUG_REPORT", level: 4 }, URGENT, 4, 1],
    [{ ticket_type: "BILLING_ISSUE" }, BUSINESS, 3, 4],
    [{ ticket_type: "ACCOUNT_ISSUE", level: 1 }, BUSINESS, 3, 4],
    [{ ticket_type: "BILLING_ISSUE", level: 4 }, BUSINESS, 4, 1],
    [{ is_vip: true }, VIP, 4, 2],
    [{ is_vip: true, ticket_type: "BILLING_ISSUE" }, VIP, 4, 2],
    [{ is_vip: true, ticket_type: "BUG_REPORT" }, VIP, 4, 2],
    [{ is_vip: true, level: 4 }, VIP, 4, 1],
  ])("of %o", (facts, reason, level, target_hours) => {
    expect(route(defaultCases, { ...baseFacts, ...facts })).toMatchObject({ reason, level, target_hours });
  });

  it("names the case of the target if it is another one than the case of the reason", () => {
    expect(route(defaultCases, { ...baseFacts, is_vip: true, level: 4 })).toMatchObject({ nth: 0, raised_by: URGENT });
    expect(route(defaultCases, { ...baseFacts, is_vip: true })).toMatchObject({ nth: 0, raised_by: null });
  });

  it("ignores a ticket that matches no case", () => {
    expect(route([{ reason: "Chats", when: { channels: ["CHAT"] }, target_hours: 1 }], baseFacts)).toBeUndefined();
  });
});

describe("an agent", () => {
  const agent = (id: string, load: number, department: string | null = null, is_away = false): Agent => ({
    id,
    load,
    capacity: MAX_TICKETS_PER_AGENT,
    department,
    is_away,
    is_administrator: id.startsWith("admin"),
  });
  const rankAgents = (agents: Agent[], departments: string[] = []) =>
    rankCandidates(agents, departments).map(({ agent_id, passed_over }) =>
      passed_over ? `${agent_id} ${passed_over}` : agent_id,
    );

  it("of the department comes before one without a department, and one of another department comes last", () => {
    const agents = [agent("c", 0, "technical"), agent("a", 0), agent("b", 9, "billing")];
    expect(rankAgents(agents, ["billing", "bil"])).toEqual(["b", "a", "c"]);
  });

  it("of any department gets a ticket without a category by the number of tickets alone", () => {
    expect(rankAgents([agent("b", 9, "billing"), agent("a", 5), agent("c", 0, "technical")])).toEqual(["c", "a", "b"]);
  });

  it("comes before an administrator, even of another department and with more tickets", () => {
    const agents = [agent("admin", 0), agent("admin-pumps", 0, "pumps"), agent("z", 9, "billing")];
    expect(rankAgents(agents, ["pumps"])).toEqual(["z", "admin-pumps", "admin"]);
    expect(rankAgents(agents)).toEqual(["z", "admin", "admin-pumps"]);
  });

  it("with fewer tickets comes first, and the one with the lowest id among equals", () => {
    expect(rankAgents([agent("c", 2), agent("b", 1), agent("a", 2)])).toEqual(["b", "a", "c"]);
  });

  it("has at most ten tickets, and none while away", () => {
    expect(
      rankAgents([agent("a", MAX_TICKETS_PER_AGENT), agent("b", MAX_TICKETS_PER_AGENT - 1), agent("c", 0, null, true)]),
    ).toEqual(["c away", "b", "a full"]);
    expect(MAX_TICKETS_PER_AGENT).toBe(10);
  });

  it("may have ten more tickets for each absent agent for whom they stand in", () => {
    const standIns = new Map([
      ["away-1", "a"],
      ["away-2", "a"],
      ["away-3", "b"],
    ]);
    expect(["a", "b", "c"].map((id) => computeCapacity(id, standIns))).toEqual([30, 20, 10]);
    expect(rankAgents([{ ...agent("a", 15), capacity: 20 }, agent("admin", 0)])).toEqual(["a", "admin"]);
    expect(rankAgents([{ ...agent("a", 20), capacity: 20 }, agent("admin", 0)])).toEqual(["a full", "admin"]);
  });
});
