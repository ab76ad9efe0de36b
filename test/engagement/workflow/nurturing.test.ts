import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inProcessTransport, newLead, postalSettings, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/**
 * Leads on their way through the template of nurturing by score. The ways were computed by hand: 80 points and more go to sales, 60 to 79 are
 * nurtured for 7 days, 30 to 59 are educated for 14 days, and a lead with less waits for 30 points, for at most 30 days.
 */

/** What happens to a lead after its creation, by day. */
type Happening = readonly [day: number, what: number | "reply" | "disqualify" | "convert" | "delete" | "restrict" | "opt out"];

/**
 * The score at the creation, what happens, the steps by the day on which they end (`!`: by a timeout), the day and status of the end, and the
 * status of the message to the lead.
 */
type Row = readonly [score: number, happenings: readonly Happening[], way: readonly string[], end: string, message?: string];

const sales = "scored level sales";
const nurture = "scored level nurture";
const education = "scored level education";
const nurtured = "nurture_wait! nurtured nurtured_check";
const educated = "education_wait! educated educated_end";

const rows: readonly Row[] = [
  // The bounds of the scores.
  [100, [], [`0 ${sales}`], "0 COMPLETED"],
  [80, [], [`0 ${sales}`], "0 COMPLETED"],
  [79, [], [`0 ${nurture}`, `7 ${nurtured}`], "7 COMPLETED"],
  [60, [], [`0 ${nurture}`, `7 ${nurtured}`], "7 COMPLETED"],
  [59, [], [`0 ${education}`, `14 ${educated}`], "14 COMPLETED"],
  [30, [], [`0 ${education}`, `14 ${educated}`], "14 COMPLETED"],
  [29, [], ["30 scored! level unscored"], "30 COMPLETED"],
  [0, [], ["30 scored! level unscored"], "30 COMPLETED"],
  // A score that changes before the first message.
  [29, [[2, 30]], [`2 ${education}`, `16 ${educated}`], "16 COMPLETED"],
  [29, [[10, 60]], [`10 ${nurture}`, `17 ${nurtured}`], "17 COMPLETED"],
  [5, [[29, 80]], [`29 ${sales}`], "29 COMPLETED"],
  [
    29,
    [
      [3, 59],
      [5, 60],
    ],
    [`3 ${education}`, "5 education_wait educated educated_nurture"],
    "5 COMPLETED",
  ],
  // A score that changes during the nurturing.
  [60, [[3, 79]], [`0 ${nurture}`, `7 ${nurtured}`], "7 COMPLETED"],
  [60, [[3, 80]], [`0 ${nurture}`, "3 nurture_wait nurtured nurtured_sales"], "3 COMPLETED"],
  [79, [[6, 80]], [`0 ${nurture}`, "6 nurture_wait nurtured nurtured_sales"], "6 COMPLETED"],
  [60, [[2, 59]], [`0 ${nurture}`, `7 ${nurtured}`], "7 COMPLETED"],
  [
    60,
    [
      [2, 20],
      [5, 85],
    ],
    [`0 ${nurture}`, "5 nurture_wait nurtured nurtured_sales"],
    "5 COMPLETED",
  ],
  // A score that changes during the education.
  [59, [[13, 60]], [`0 ${education}`, "13 education_wait educated educated_nurture"], "13 COMPLETED"],
  [59, [[1, 80]], [`0 ${education}`, "1 education_wait educated educated_sales"], "1 COMPLETED"],
  [30, [[5, 29]], [`0 ${education}`, `14 ${educated}`], "14 COMPLETED"],
  [30, [[10, 59]], [`0 ${education}`, `14 ${educated}`], "14 COMPLETED"],
  [59, [[16, 60]], [`0 ${education}`, `14 ${educated}`], "14 COMPLETED"],
  // Leads that leave.
  [65, [[1, "reply"]], [`0 ${nurture}`], "1 EXITED"],
  [20, [[1, "reply"]], [], "1 EXITED"],
  [45, [[2, "disqualify"]], [`0 ${education}`], "2 EXITED"],
  [70, [[3, "convert"]], [`0 ${nurture}`], "3 EXITED"],
  // The consent of the person is asked when the message is sent.
  [62, [[3, "opt out"]], [`0 ${nurture}`, `7 ${nurtured}`], "7 COMPLETED", "delivered"],
  [
    12,
    [
      [3, "opt out"],
      [5, 62],
    ],
    [`5 ${nurture}`, `12 ${nurtured}`],
    "12 COMPLETED",
    "failed",
  ],
  // Leads that may not be worked on any more.
  [40, [[3, "delete"]], [`0 ${education}`], "14 STOPPED"],
  [75, [[2, "restrict"]], [`0 ${nurture}`], "7 STOPPED"],
];

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, postalSettings);
});
afterAll(() => app.stop());

const restricted = new Set<string>();

async function apply(id: string, what: Happening[1]): Promise<void> {
  const { admin } = tenant;
  if (typeof what === "number") await admin.setLeadScore({ id, lead_score: what, reason: "Computed elsewhere" });
  else if (what === "reply") await admin.updateLead({ id, lead_status_id: "contacted" });
  else if (what === "disqualify") await admin.updateLead({ id, lead_status_id: "disqualified" });
  else if (what === "convert") await admin.convertLead({ id, override_reason: "Signed" });
  else if (what === "delete") await admin.deleteLead({ id });
  else if (what === "opt out") await admin.updateLead({ id, email_opt_out: true });
  else restricted.add((await admin.getLead({ id })).data.personal_key_id);
}

const DAY_MS = 24 * 60 * 60 * 1000;

it(`takes ${rows.length} leads the ways that were computed by hand`, async () => {
  Object.assign(app.ports, {
    processing: { findRestricted: async (ids: readonly string[]) => new Set(ids.filter((id) => restricted.has(id))) },
  });
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await tenant.admin.createMailAccount(account);
  const text = { name: "News", channel: "EMAIL", subject: "News", body_text: "News of the month" };
  const nurture_template_id = (await tenant.admin.createMessageTemplate(text)).data.id;
  const { data: workflow } = await tenant.admin.createWorkflowFromTemplate({
    key: "score_nurturing",
    parameters: { nurture_template_id },
  });
  await tenant.admin.publishWorkflow({ id: workflow.id });

  const leads: string[] = [];
  for (const [score] of rows) {
    const { id, personal_key_id } = (await tenant.admin.createLead(newLead())).data;
    const preferences = [{ channel: "email", consent: "ALLOWED" }];
    await tenant.admin.setPreferences({ id: personal_key_id, preferences });
    await apply(id, score);
    leads.push(id);
  }
  await app.settle();
  const start = Date.parse((await tenant.admin.getLead({ id: leads[0] ?? "" })).data.created_at);
  const dayOf = (instant: string | null) => Math.floor((Date.parse(instant ?? "") - start) / DAY_MS);
  const readEnrollments = async () => {
    const { data } = await tenant.admin.listEnrollmentsOfWorkflow({ id: workflow.id, limit: 100 });
    return Promise.all(data.map(async ({ id }) => (await tenant.admin.getWorkflowEnrollment({ id })).data));
  };

  // An hour after the time of the leads' creation, on each day on which something happens or comes due.
  const days = new Set(
    rows.flatMap(([, happenings, way]) =>
      [...happenings, ...way.map((part) => [parseInt(part, 10)])].map(([day]) => day as number),
    ),
  );
  let today = 0;
  app.setClock({ advance: DAY_MS / 24 });
  for (const day of [...days].filter((each) => each > 0).sort((a, b) => a - b)) {
    app.setClock({ advance: (day - today) * DAY_MS });
    today = day;
    await app.settle();
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    for (const [index, [, happenings]] of rows.entries())
      for (const [, what] of happenings.filter(([when]) => when === day)) await apply(leads[index] ?? "", what);
    await app.settle();
  }

  const byLead = new Map((await readEnrollments()).map((enrollment) => [enrollment.record_id, enrollment]));
  const readRow = async (lead: string, [score, happenings, , , message]: Row): Promise<Row> => {
    const { results = [], ended_at = null, status } = byLead.get(lead) ?? {};
    const byDay = Map.groupBy(results, ({ at }) => dayOf(at));
    const way = [...byDay].map(([day, steps]) =>
      [day, ...steps.map(({ step_id, result }) => (result === "TIMED_OUT" ? `${step_id}!` : step_id))].join(" "),
    );
    const row = [score, happenings, way, `${dayOf(ended_at)} ${status}`] as const;
    const sent = results.find(({ step_id }) => step_id === "nurture")?.record_id;
    if (message === undefined || !sent) return row;
    return [...row, (await tenant.admin.getMessage({ id: sent })).data.status];
  };
  expect(await Promise.all(rows.map((row, index) => readRow(leads[index] ?? "", row)))).toEqual(rows);
});
