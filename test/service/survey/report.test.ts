import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { type Client, createSurvey, submitAnswer } from "./support.ts";

/** The report matches a count over all surveys. */
let app: App;
let tenant: Tenant;
let agents: TestUser[];
let stranger: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { survey_asks_nps: true, timezone: "Pacific/Auckland" });
  agents = [await addUser(app, tenant, "SUPPORT_AGENT"), await addUser(app, tenant, "SUPPORT_AGENT")];
  stranger = await addUser(app, tenant, "USER");
});
afterAll(() => app.stop());

const groups = ["agent", "team", "category", "day", "month"] as const;
type Group = (typeof groups)[number];

interface Survey {
  agent_id: string | null;
  team_id: string | null;
  category_id: string | null;
  rating: number | null;
  nps: number | null;
  answered_day: string | null;
}

const groupKey = (survey: Survey, group: Group): string => {
  if (group === "day") return survey.answered_day ?? "";
  if (group === "month") return (survey.answered_day ?? "").slice(0, 7);
  return survey[`${group}_id`] ?? "none";
};

/** Summarizes surveys with plain sums. */
function summarizeSurveys(surveys: readonly Survey[]) {
  const ratings = surveys.flatMap(({ rating }) => rating ?? []);
  const nps = surveys.flatMap((survey) => survey.nps ?? []);
  const share = (count: number, total: number): string | null =>
    total === 0 ? null : (Math.round((count / total) * 10_000) / 10_000).toFixed(4);
  const net = nps.filter((score) => score >= 9).length - nps.filter((score) => score <= 6).length;
  const size = Math.round((Math.abs(net) / nps.length) * 100);
  return {
    answers: ratings.length,
    ratings: [1, 2, 3, 4, 5].map((rating) => ratings.filter((value) => value === rating).length),
    mean: share(
      ratings.reduce((sum, rating) => sum + rating, 0),
      ratings.length,
    ),
    csat: share(ratings.filter((rating) => rating >= 4).length, ratings.length),
    nps_answers: nps.length,
    nps: nps.length === 0 ? null : net < 0 ? -size : size,
  };
}

/** For a caller who does not see all tickets, only compares answers with an agent, because unassigned ones may belong to a team. */
async function expectRecount(as: Client, seesAll = false): Promise<void> {
  const { data } = await as.listTicketSurveys({ limit: 100, status: "ANSWERED" });
  const surveys = (data as Survey[]).filter(({ agent_id }) => seesAll || agent_id !== null);
  for (const group of groups) {
    const report = (await as.getSatisfactionReport({ by: group })).data;
    const rows = Map.groupBy(surveys, (survey) => groupKey(survey, group));
    const rowByKey = Object.fromEntries(report.rows.map(({ key, label: _label, ...numbers }) => [key, numbers]));
    expect([group, rowByKey]).toEqual([
      group,
      Object.fromEntries([...rows].map(([key, groupSurveys]) => [key, summarizeSurveys(groupSurveys)])),
    ]);
    expect(report.totals).toEqual(summarizeSurveys(surveys));
  }
}

describe("the satisfaction report", () => {
  it("equals a recount, also after changed answers, for full and restricted visibility", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "Second level" });
    const places = [{ team_id: team.id }, { category_id: "billing" }, {}];
    const links: string[] = [];
    const random = createTestRandom("answers");
    const below = (end: number): number => Math.floor(random() * end);
    for (let index = 0; index < 9; index++) {
      const assigned_to_id = index % 3 === 2 ? null : agents[index % 3]?.id;
      const { link } = await createSurvey(app, tenant.admin, { ...places[Math.floor(index / 3)], assigned_to_id });
      links.push(link);
    }
    const buildAnswer = () => ({ rating: String(1 + below(5)), ...(below(3) === 0 ? {} : { nps: String(below(11)) }) });
    for (const link of links.slice(0, 8)) await submitAnswer(app, link, buildAnswer());
    await app.settle();
    await expectRecount(tenant.admin, true);
    for (const link of links.slice(4)) await submitAnswer(app, link, buildAnswer());
    await app.settle();
    await expectRecount(tenant.admin, true);
    for (const agent of agents) await expectRecount(agent.client);
    const { totals, rows } = (await tenant.admin.getSatisfactionReport({})).data;
    expect([totals.answers, rows.map(({ label }) => typeof label).sort()]).toEqual([9, ["object", "string", "string"]]);
    for (const group of groups)
      expect((await stranger.client.getSatisfactionReport({ by: group })).data).toMatchObject({
        rows: [],
        totals: { answers: 0 },
      });
    const teams = (await agents[0]?.client.getSatisfactionReport({ by: "team" }))?.data.rows ?? [];
    expect(teams.map(({ label }) => label)).toContain("Second level");
  });

  it("counts an answer on its day in the time zone of the tenant, and covers at most a year", async () => {
    const { data: all } = await tenant.admin.getSatisfactionReport({ by: "day" });
    const [day = ""] = all.rows.map(({ key }) => key);
    expect(day).toBe(new Intl.DateTimeFormat("sv-SE", { timeZone: "Pacific/Auckland" }).format(Date.now()));
    const before = new Date(Date.parse(day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    expect((await tenant.admin.getSatisfactionReport({ from: before, to: before })).data).toMatchObject({
      rows: [],
      totals: { answers: 0, mean: null, csat: null, nps: null },
    });
    await expect(tenant.admin.getSatisfactionReport({ from: day, to: before })).rejects.toMatchObject({
      details: [{ field: "to" }],
    });
    await expect(tenant.admin.getSatisfactionReport({ from: "2020-01-01", to: day })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "to" }],
    });
  });
});
