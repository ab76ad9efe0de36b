import { AB_TEST } from "@crm/core/engagement/ab-test/ab-test.kind.ts";
import { assignVariant } from "@crm/core/engagement/campaign/ab-test.rules.ts";
import { abTestScope } from "@crm/core/engagement/campaign/ab-test-counters.rules.ts";
import { CAMPAIGN_MEMBER } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { recordScope, variantPart } from "@crm/core/messaging/message/daily-figures.rules.ts";
import { MESSAGE } from "@crm/core/messaging/message/message.kind.ts";
import { Counter } from "@crm/core/storage/read/counter.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { addUser, deliverToSubscriber, inProcessTransport, signIn, signUp, startTestApp } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createSendFixture, type Recipient, type SendFixture } from "../email-send/send-fixture.ts";

let app: App;
let fixture: SendFixture;
const HOUR_MS = 60 * 60_000;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  fixture = await createSendFixture(app);
});
afterAll(() => app.stop());

/** Advances the clock and runs sweeps, so that due clocks and the work that follows are done. */
async function passMinutes(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  for (let minute = 0; minute < 2; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
}

let count = 0;
const createCampaign = async (input: object = {}, as: Client = fixture.crm): Promise<string> => {
  const campaign = { name: `Spring ${++count}`, type: "EMAIL", start_date: "2026-11-01", status: "IN_PROGRESS", ...input };
  return (await as.createCampaign(campaign)).data.id;
};
const subjects = [{ subject: "Spring is here" }, { subject: "Your boat is ready" }];
const createSmallList = async (): Promise<string> => fixture.list([await fixture.contact()]);
type Path = { id: string; ab_test_id: string };
/** Creates a test of two subjects with a campaign of its own, unless one is named. */
async function createTest({ id, ...input }: { id?: string } & Record<string, unknown>): Promise<Path> {
  const campaign = id ?? (await createCampaign());
  const test = { name: "Which subject", tests: "subject", template_id: fixture.template, variants: subjects, ...input };
  const { data } = await fixture.crm.createCampaignAbTest({ id: campaign, ...test });
  return { id: campaign, ab_test_id: data.id };
}
const read = async (path: Path) => (await fixture.crm.getCampaignAbTest(path)).data;
const readResults = async (path: Path) => (await fixture.crm.getCampaignAbTestResults(path)).data;
const readSend = async (id: unknown) => (await fixture.crm.getEmailSend({ id: String(id) })).data;
const listSubjects = ({ email }: { email: string }): string[] => app.mail.sent(email).map(({ subject }) => subject ?? "");
const systemScope = () => systemContext(app.ports, fixture.tenant.id, "test");

/** Delivers the clock of a test that is due at an instant. */
const deliverClock = async ({ ab_test_id }: Path, due_at: unknown): Promise<void> =>
  deliverToSubscriber(
    app,
    "campaigns",
    partOf<DomainEvent>({
      ...{
        id: `${ab_test_id}.decide.${due_at}`,
        type: "ab_test.decide_due",
        tenant_id: fixture.tenant.id,
        record_id: ab_test_id,
      },
      ...{ actor_id: "system", request_id: "sweep", at: Clock.now(), due_at: String(due_at) },
    }),
  );

/** While `work` runs, lets the first writes that match fail, as if the worker had been killed before them. */
async function dropWrites(pattern: RegExp, times: number, work: () => Promise<void>): Promise<number> {
  const { database } = app.ports;
  const send = database.send.bind(database);
  let killed = 0;
  database.send = async (command, scope) => {
    const name = command?.constructor.name ?? "";
    if (/Get|Query/.test(name) || killed >= times || !pattern.test(JSON.stringify(command))) return send(command, scope);
    killed++;
    throw new TypeError("Killed");
  };
  try {
    await work();
  } finally {
    database.send = send;
  }
  return killed;
}

type Group = "A" | "B" | "rest";

/** Adds as many members as named who get a variant by their hash, or none. So no count depends on chance. */
async function addMembers({ id, ab_test_id }: Path, counts: Record<Group, number>): Promise<Record<Group, Recipient[]>> {
  const { crm } = fixture;
  const { data: yard } = await crm.createCustomer({ customer_type: "BUSINESS", name: "Yard" });
  const computeMac = await runIn(systemScope(), () => Vault.buildMac("email_send"));
  const groups: Record<Group, Recipient[]> = { A: [], B: [], rest: [] };
  while ((Object.keys(counts) as Group[]).some((group) => groups[group].length < counts[group])) {
    const reader = await fixture.contact({ customer_id: yard.id });
    const hash = Buffer.from(computeMac(`${ab_test_id} ${reader.person}`), "base64url");
    const index = assignVariant(hash, { shares: [1, 1], sample_percent: 60 });
    const group: Group = index === "rest" ? index : index === 0 ? "A" : "B";
    if (groups[group].length === counts[group]) continue;
    await crm.addCampaignMember({ id, contact_id: reader.id });
    groups[group].push(reader);
  }
  return groups;
}

describe("an A/B test of members", () => {
  it("gives each person one mail: a variant or the winner, also after kills and merges", async () => {
    const { crm } = fixture;
    await crm.updateMailAccount({ id: fixture.account, tracks: true });
    const words = { name: "Link", channel: "EMAIL", subject: "Link", body_html: '<p><a href="https://a.example">A</a></p>' };
    const { data: template } = await crm.createMessageTemplate(words);
    const campaign = await createCampaign();
    const path = await createTest({ id: campaign, template_id: template.id, sample_percent: 60, minimum_sample_size: 5 });
    const { A, B, rest } = await addMembers(path, { A: 15, B: 15, rest: 20 });
    const sample = [...A, ...B];

    // The sample: the process is killed between pages and their progress, and in the middle of a page.
    await app.settle();
    await crm.startCampaignAbTest(path);
    const { sample_send_id } = await read(path);
    const killed = await dropWrites(new RegExp(`#JOB#${sample_send_id}.*pageIds|"Spring is here"`), 2, () => app.settle());
    expect(killed).toBe(2);
    await passMinutes(6);
    expect(await readSend(sample_send_id)).toMatchObject({
      ...{ send_status: "SENT", ab_phase: "sample", recipients_count: sample.length, left_out: {}, error: null },
    });
    expect(A.map(listSubjects)).toEqual(A.map(() => ["Spring is here"]));
    expect(B.map(listSubjects)).toEqual(B.map(() => ["Your boat is ready"]));
    expect(rest.flatMap(listSubjects)).toEqual([]);
    const members = (await crm.listCampaignMembers({ id: campaign, limit: 100 })).data;
    const readMember = async ({ person }: Recipient) => {
      const row = members.find(({ personal_key_id }) => personal_key_id === person);
      return (await crm.getCampaignMember({ id: String(row?.id) })).data;
    };
    const variant = { ab_test_id: path.ab_test_id, variant: "B", responded_at: null };
    expect((await readMember(B[0] as Recipient)).ab_tests).toMatchObject([variant]);

    // A person of the sample and one of the others turn out to be the same, and a person joins.
    const [merged, survivor] = [A.at(-1) as Recipient, rest.at(-1) as Recipient];
    await crm.mergePersons({ id: survivor.person, merged_id: merged.person });
    const newcomer = await fixture.contact();
    await crm.addCampaignMember({ id: campaign, contact_id: newcomer.id });
    await passMinutes(5);
    const { decide_at, sample_sent_at } = await read(path);
    expect(Date.parse(String(decide_at)) - Date.parse(String(sample_sent_at))).toBe(4 * HOUR_MS);

    // Readers of B follow the link, and one of them answers.
    for (const { email } of B) await requestPage(app, /href="([^"]+)"/.exec(app.mail.sent(email)[0]?.html ?? "")?.[1] ?? "");
    const answerer = B[0] as Recipient;
    const answer = { id: campaign, person_id: answerer.person, kind: "REPLIED", source: "mail-1" };
    await crm.recordCampaignResponse(answer);
    await passMinutes(60);
    expect((await readMember(answerer)).ab_tests).toMatchObject([{ variant: "B", responded_at: expect.any(String) }]);
    expect(await readResults(path)).toMatchObject({ warnings: ["not_decided"], outcome: "winner", winning_variant: null });

    // Two clocks fire at once, and again later.
    app.setClock({ now: String(decide_at) });
    await Promise.all([deliverClock(path, decide_at), deliverClock(path, decide_at)]);
    const decided = await read(path);
    expect(decided).toMatchObject({
      ...{ status: "DECIDED", winning_variant: "B", is_waiting: false, decide_at: null, end_date: expect.any(String) },
      decision: { outcome: "winner", better: "B", decided_by: null },
    });
    await passMinutes(60);
    await deliverClock(path, decide_at);
    expect(await read(path)).toEqual(decided);
    expect(await readSend(decided.rest_send_id)).toMatchObject({ send_status: "SENT", ab_phase: "rest", error: null });
    await passMinutes(5);
    for (const reader of [...rest, newcomer].filter(({ person }) => person !== survivor.person))
      expect(listSubjects(reader)).toEqual(["Your boat is ready"]);
    for (const reader of sample) expect(listSubjects(reader)).toHaveLength(1);
    expect(listSubjects(survivor)).toEqual([]);

    const { variants, rest: others } = await readResults(path);
    expect(variants).toMatchObject([
      { id: "A", assigned: 15, delivered: 15, clicked: 0, successes: 0, responded: 0, converted: 0 },
      { id: "B", assigned: 15, delivered: 15, clicked: 15, successes: 15, responded: 1, converted: 0 },
    ]);
    expect(others).toMatchObject({ written: rest.length, delivered: rest.length });
    const proof = await runIn(systemScope(), () => recount({ repair: false }));
    expect(proof.differences).toEqual([]);
  });
});

/** The outcomes of a variant, in persons. */
type Counts = [written: number, clicked: number];

/** Writes counters of the variants of a test, as if so many mails had left. */
const writeCounters = ({ ab_test_id }: Path, counts: readonly Counts[]): Promise<void> =>
  runIn(systemScope(), async () => {
    const tx = transaction();
    for (const [index, [written, clicked]] of counts.entries()) {
      const scope = recordScope(variantPart(ab_test_id, "ABCDE"[index] ?? ""));
      tx.put({ ...Counter.counterKey(fixture.tenant.id, MESSAGE.name, scope), written, sent: written, clicked });
      Counter.invalidate(fixture.tenant.id, MESSAGE.name, scope);
    }
    await tx.commit(undefined);
  });

/** Starts a test for a list of one contact, and passes the time to its decision. */
async function decide(
  counts: readonly Counts[],
  input: object = {},
  beforeDecision?: (path: Path) => Promise<unknown>,
  as: Client = fixture.crm,
): Promise<Path> {
  const contact_list_id = await fixture.list([await fixture.contact()]);
  const path = await createTest({ contact_list_id, decide_after_hours: 1, tracks: true, ...input });
  await as.startCampaignAbTest(path);
  await app.settle();
  await writeCounters(path, counts);
  await passMinutes(10);
  expect((await read(path)).sample_sent_at).not.toBeNull();
  await beforeDecision?.(path);
  await passMinutes(60);
  return path;
}

/** The administrator with a new session: the clock moves further than one lasts. */
const signInAdmin = async (): Promise<Client> =>
  createClient(inProcessTransport(app, (await signIn(app, fixture.tenant)).access_token));

describe("the decision of a test", () => {
  it.each<[string, Counts[], object, object]>([
    [
      "too few mails",
      [
        [99, 10],
        [120, 50],
      ],
      {},
      { status: "INCONCLUSIVE", winning_variant: null, is_waiting: true },
    ],
    [
      "too few mails, but the better one is wanted",
      [
        [99, 10],
        [120, 50],
      ],
      { without_winner: "send_better" },
      { status: "INCONCLUSIVE", winning_variant: "B", is_waiting: false },
    ],
    [
      "no difference",
      [
        [200, 20],
        [201, 22],
      ],
      {},
      { status: "DECIDED", winning_variant: null, is_waiting: true, decision: { outcome: "no_difference", better: "B" } },
    ],
    [
      "a split that does not fit the shares",
      [
        [200, 20],
        [100, 60],
      ],
      { without_winner: "send_better" },
      { status: "FAULTY", winning_variant: null, is_waiting: true },
    ],
    [
      "a split that fits unequal shares",
      [
        [200, 20],
        [100, 60],
      ],
      { variants: [{ subject: "One", share: 2 }, { subject: "Two" }] },
      { status: "DECIDED", winning_variant: "B", is_waiting: false },
    ],
    [
      "a sample of all persons",
      [
        [200, 20],
        [200, 60],
      ],
      { sample_percent: 100 },
      { status: "DECIDED", winning_variant: "B", is_waiting: false, rest_send_id: null },
    ],
  ])("of %s", async (_, counts, input, expected) => {
    const path = await decide(counts, input);
    expect(await read(path)).toMatchObject(expected);
    const { rest_send_id, is_waiting, sample_percent } = await read(path);
    expect(rest_send_id === null).toBe(is_waiting || sample_percent === 100);
  });

  it("waits for a person, whose choice is sent once", async () => {
    const { crm } = fixture;
    const path = await decide(
      [
        [200, 20],
        [201, 22],
      ],
      {},
      undefined,
      await signInAdmin(),
    );
    const { data: notices } = await (await signInAdmin()).listNotifications({});
    expect(notices.filter(({ type }) => type === "ab_test_waiting")).toMatchObject([
      { title: "Choose a variant of the A/B test: Which subject", record_id: path.ab_test_id },
    ]);
    await expect(crm.chooseCampaignAbTestVariant({ ...path, variant: "C" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "variant" }],
    });
    const chosen = await Promise.allSettled(["A", "B"].map((variant) => crm.chooseCampaignAbTestVariant({ ...path, variant })));
    expect(chosen.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { winning_variant, rest_send_id, decision } = await read(path);
    const { subject, scheduled_by } = await readSend(rest_send_id);
    expect(subject).toBe(subjects[winning_variant === "A" ? 0 : 1]?.subject);
    expect(decision).toMatchObject({ outcome: "no_difference", decided_by: scheduled_by });
    await expect(crm.updateEmailSend({ id: String(rest_send_id), name: "Mine" })).rejects.toMatchObject({ status: 422 });
  });

  it("does not send the winner of a campaign that is on hold", async () => {
    const { crm } = fixture;
    const path = await decide(
      [
        [200, 20],
        [200, 60],
      ],
      {},
      ({ id }) => crm.pauseCampaign({ id }),
    );
    expect(await read(path)).toMatchObject({
      status: "DECIDED",
      winning_variant: "B",
      is_waiting: true,
      error: expect.stringContaining("ON_HOLD"),
    });
    await expect(crm.chooseCampaignAbTestVariant({ ...path, variant: "B" })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "status" }],
    });
    await crm.resumeCampaign({ id: path.id });
    await crm.chooseCampaignAbTestVariant({ ...path, variant: "B" });
    expect(await read(path)).toMatchObject({ is_waiting: false, error: null, rest_send_id: expect.any(String) });
  });

  it("counts responses of members at most as often as delivered mails", async () => {
    const id = await createCampaign();
    await fixture.crm.addCampaignMember({ id, contact_id: (await fixture.contact()).id });
    const input = { id, contact_list_id: null, success_metric: "response_rate" };
    const path = await decide(
      [
        [200, 0],
        [200, 0],
      ],
      input,
      ({ ab_test_id }) =>
        runIn(systemScope(), () => {
          const key = Counter.counterKey(fixture.tenant.id, CAMPAIGN_MEMBER.name, abTestScope(ab_test_id));
          return transaction()
            .put({ ...key, "A.responded": 50, "B.responded": 205 })
            .commit(undefined);
        }),
    );
    const { decision } = await read(path);
    expect(decision).toMatchObject({ outcome: "winner", variants: [{ successes: 50 }, { successes: 200 }] });
  });
});

describe("the sample of a test", () => {
  it("is decided only after its last mail has left, and is recalled by a cancellation", async () => {
    const { crm } = fixture;
    const readers = [await fixture.contact(), await fixture.contact()];
    const times = [2, 3].map((hours) => ({ send_at: new Date(Clock.ms() + hours * HOUR_MS).toISOString() }));
    const input = { tests: "time", contact_list_id: await fixture.list(readers), sample_percent: 100, variants: times };
    const [path, cancelled] = [await createTest(input), await createTest(input)];
    for (const test of [path, cancelled]) await crm.startCampaignAbTest(test);
    await app.settle();
    expect(await readSend((await read(path)).sample_send_id)).toMatchObject({ send_status: "SENT", recipients_count: 2 });
    await crm.cancelCampaignAbTest(cancelled);
    await crm.updateMailAccount({ id: fixture.account, is_active: false });
    await passMinutes(200);
    expect(await read(path)).toMatchObject({ status: "RUNNING", sample_sent_at: null });
    await crm.updateMailAccount({ id: fixture.account, is_active: true });
    await passMinutes(30);
    await passMinutes(30);
    expect(await read(path)).toMatchObject({ status: "RUNNING", sample_sent_at: expect.any(String) });
    expect(readers.map((reader) => listSubjects(reader).length)).toEqual([1, 1]);
    const { status, sample_send_id } = await read(cancelled);
    expect(status).toBe("CANCELLED");
    expect((await crm.getEmailSendResults({ id: String(sample_send_id) })).data).toMatchObject({
      written: 2,
      sent: 0,
      recalled: 2,
    });
  });

  it("ends the test if its send is cancelled", async () => {
    const { crm } = fixture;
    const schedule_at = new Date(Clock.ms() + HOUR_MS).toISOString();
    const path = await createTest({ contact_list_id: await createSmallList() });
    await crm.startCampaignAbTest({ ...path, schedule_at });
    const { sample_send_id } = await read(path);
    expect(await readSend(sample_send_id)).toMatchObject({ send_status: "SCHEDULED", scheduled_send_time: schedule_at });
    await crm.cancelEmailSend({ id: String(sample_send_id) });
    await passMinutes(75);
    expect(await read(path)).toMatchObject({ status: "CANCELLED", error: "The send of the sample was cancelled" });
  });
});

describe("a mail to members with variants", () => {
  it("is an A/B test, which is created and started at once", async () => {
    const { crm, template } = fixture;
    const id = await createCampaign();
    await crm.addCampaignMember({ id, contact_id: (await fixture.contact()).id });
    const times = [{ send_at: "2030-01-01T08:00:00.000Z" }, { send_at: "2030-01-01T16:00:00.000Z" }];
    const input = { id, template_id: template, variants: subjects };
    const refused = { ...input, variants: times, local_time: "2026-12-30T09:00" };
    await expect(crm.sendCampaignEmail(refused)).rejects.toMatchObject({ details: [{ field: "local_time" }] });
    const tooLate = { ...input, variants: times };
    await expect(crm.sendCampaignEmail(tooLate)).rejects.toMatchObject({ details: [{ field: "variants[0].send_at" }] });
    expect((await crm.listCampaignAbTests({ id })).data).toEqual([]);
    const { data } = await crm.sendCampaignEmail({
      ...input,
      ab_test: { sample_percent: 30, success_metric: "open_rate" },
    });
    expect(await read({ id, ab_test_id: String(data.ab_test_id) })).toMatchObject({
      ...{ status: "RUNNING", tests: "subject", sample_percent: 30, success_metric: "open_rate", decide_after_hours: 4 },
      ...{ sample_send_id: data.send_id, template_id: template, variants: subjects },
    });
  });
});

describe("requests for tests", () => {
  it("are refused with the fields that are wrong", async () => {
    const { crm } = fixture;
    const campaign = await createCampaign({ status: "PLANNING" });
    const details = (fields: string[]) => fields.map((field) => expect.objectContaining({ field }));
    const create = (input: object) => createTest({ id: campaign, ...input });
    await expect(create({ variants: [{ subject: "One" }], confidence_level: 79, sample_percent: 0 })).rejects.toMatchObject({
      ...{ status: 400, details: expect.arrayContaining(details(["variants", "confidence_level", "sample_percent"])) },
    });
    const variants = [{ subject: "One" }, { sender_id: newId(AB_TEST) }];
    await expect(create({ variants })).rejects.toMatchObject({ status: 400, details: details(["variants[1].sender_id"]) });
    const content = {
      tests: "content",
      template_id: null,
      variants: [{ content: { subject: "One" } }, { content: { subject: "{{x", body: "x" } }],
    };
    await expect(create(content)).rejects.toMatchObject({
      ...{ status: 400, details: details(["variants[0].content.body", "variants[1].content.subject"]) },
    });
    const path = await create({ contact_list_id: await createSmallList() });
    await expect(crm.startCampaignAbTest(path)).rejects.toMatchObject({ status: 422, details: details(["status"]) });
    const schedule_at = "2026-01-01T00:00:00.000Z";
    await expect(crm.startCampaignAbTest({ ...path, schedule_at })).rejects.toMatchObject({
      status: 400,
      details: details(["schedule_at"]),
    });
    const { data: template } = await crm.createMessageTemplate({
      name: "Off",
      subject: "Off",
      body_text: "Off",
      is_active: false,
    });
    await crm.activateCampaign({ id: campaign });
    await crm.updateCampaignAbTest({
      ...path,
      tests: "content",
      template_id: null,
      variants: [{ template_id: fixture.template }, { template_id: template.id }],
    });
    await expect(crm.startCampaignAbTest(path)).rejects.toMatchObject({
      status: 422,
      details: details(["variants[1].template_id"]),
    });
    await crm.updateMessageTemplate({ id: template.id, is_active: true });
    // Clicks in a text are not counted.
    await expect(crm.startCampaignAbTest(path)).rejects.toMatchObject({
      status: 422,
      details: details(["variants[1].template_id"]),
    });
    await crm.updateMessageTemplate({ id: template.id, body_html: "<p>On</p>" });
    await crm.startCampaignAbTest(path);
    await expect(crm.updateCampaignAbTest({ ...path, name: "Late" })).rejects.toMatchObject({
      status: 422,
      details: details(["status"]),
    });
    await expect(crm.deleteCampaignAbTest(path)).rejects.toMatchObject({ status: 422 });
    await expect(crm.chooseCampaignAbTestVariant({ ...path, variant: "A" })).rejects.toMatchObject({ status: 422 });
    await crm.cancelCampaignAbTest(path);
    await crm.deleteCampaignAbTest(path);
    await expect(crm.getCampaignAbTest(path)).rejects.toMatchObject({ status: 404 });
  });

  it("of users who do not see the campaign, and of other tenants, find nothing", async () => {
    const { tenant } = fixture;
    const marketer = await addUser(app, tenant, "MARKETER");
    const owner_id = (await addUser(app, tenant, "SALES_REP")).id;
    const path = await createTest({ id: await createCampaign({ owner_id }) });
    const colleague = await addUser(app, tenant, "SALES_REP");
    const stranger = await signUp(app);
    for (const client of [colleague.client, stranger.admin]) {
      await expect(client.getCampaignAbTest(path)).rejects.toMatchObject({ status: 404 });
      await expect(client.getCampaignAbTestResults(path)).rejects.toMatchObject({ status: 404 });
      await expect(client.listCampaignAbTests({ id: path.id })).rejects.toMatchObject({ status: 404 });
    }
    await expect(colleague.client.startCampaignAbTest(path)).rejects.toMatchObject({ status: 403 });
    const other = await createCampaign();
    await expect(fixture.crm.getCampaignAbTest({ ...path, id: other })).rejects.toMatchObject({ status: 404 });
    expect((await fixture.crm.listCampaignAbTests({ id: other })).data).toEqual([]);
    expect(marketer.id).not.toBe(owner_id);
  });
});
