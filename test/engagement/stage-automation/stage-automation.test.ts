import { STAGE_ACTION } from "@crm/core/engagement/stage-automation/stage-automation.kind.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { IMPORT } from "@crm/core/platform/import/import.kind.ts";
import { RuleSets, RuleVersions } from "@crm/core/platform/rule/rule.entity.ts";
import { setId } from "@crm/core/platform/rule/rule-kind.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addUser, deliverToSubscriber, signUp } from "../../support/app.ts";
import { interleave, isWriteWith } from "../../support/interleaving.ts";
import {
  type AutomationFixture,
  automationForStage,
  createAutomationFixture,
  createOpportunity,
  createTemplate,
  findStageEvent,
  listAutomationLog,
  moveToStage,
  moveWithHeldEvent,
  publishAutomations,
  RULE_KIND,
  startTestApp,
} from "./support.ts";

let app: App;
let fixture: AutomationFixture;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  fixture = await createAutomationFixture(app);
});

const mailAction = (template_id: string, to = "contact") => ({ action: "mail", template_id, to });
const taskAction = { action: "task", subject: "Call back", activity_type_id: "task", due_in_days: 3, assign_to: "owner" };
const notifyAction = (to: string, more: object = {}) => ({ action: "notify", to, message: "Has moved", ...more });
const redeliverChange = (id: string) => deliverToSubscriber(app, "workflows", findStageEvent(fixture, id));
const listTasks = async (id: string) => (await fixture.tenant.admin.listActivities({ related_to_id: id })).data;
const listStageNotifications = async (user: AutomationFixture["rep"], id: string) =>
  (await user.client.listNotifications({ type: "stage_moved" })).data.filter(({ record_id }) => record_id === id);

describe("a stage change", () => {
  it("runs all actions of the rule once, despite repeated events", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(
      fixture,
      automationForStage("qualification", mailAction(template.id), taskAction, notifyAction("manager"), { action: "health" }),
    );
    const { opportunity, email, contact } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    const change = findStageEvent(fixture, opportunity.id);
    await Promise.all([redeliverChange(opportunity.id), redeliverChange(opportunity.id)]);
    const done = await listAutomationLog(fixture, opportunity.id);
    expect(done.map(({ action, result, reason }) => [action, result, reason])).toEqual([
      ["health", "DONE", null],
      ["notify", "DONE", null],
      ["task", "DONE", null],
      ["mail", "DONE", null],
    ]);
    const [, , taskEntry, sent] = done;
    expect(sent).toMatchObject({
      recipient_ids: [contact.id],
      template_id: template.id,
      template_revision: 1,
      opportunity_version: change.version,
      rule: { kind: RULE_KIND, number: 1 },
    });
    const mails = app.mail.sent(email);
    expect(mails).toMatchObject([
      {
        subject: `${opportunity.name} is in Qualification`,
        text: "Dear Ada",
        html: "<p>Dear Ada</p>",
        reply_to: fixture.rep.email,
      },
    ]);
    const tasks = await listTasks(opportunity.id);
    expect(tasks).toMatchObject([{ id: taskEntry?.activity_id, subject: "Call back", assigned_to_id: fixture.rep.id }]);
    expect(await listStageNotifications(fixture.manager, opportunity.id)).toMatchObject([
      { title: `Has moved: ${opportunity.name}` },
    ]);
  });

  it("triggers its own actions even if the opportunity has moved on, and none for a deleted opportunity", async () => {
    await publishAutomations(
      fixture,
      automationForStage("qualification", taskAction),
      automationForStage("needs_analysis", { ...taskAction, subject: "Negotiate" }),
    );
    const { opportunity } = await createOpportunity(fixture);
    const otherOpportunity = (await createOpportunity(fixture)).opportunity;
    await moveToStage(fixture, opportunity.id, "qualification");
    await moveToStage(fixture, opportunity.id, "needs_analysis");
    await moveToStage(fixture, otherOpportunity.id, "qualification");
    await fixture.tenant.admin.deleteOpportunity({ id: otherOpportunity.id });
    await app.settle();
    expect((await listTasks(opportunity.id)).map(({ subject }) => subject).sort()).toEqual(["Call back", "Negotiate"]);
    await fixture.tenant.admin.restoreOpportunity({ id: otherOpportunity.id });
    await app.settle();
    expect(await listTasks(otherOpportunity.id)).toEqual([]);
  });

  it("uses the rule that was in force at that time, regardless of later ones", async () => {
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await publishAutomations(fixture, automationForStage("qualification", taskAction));
    expect(await listTasks(opportunity.id)).toEqual([]);
    await moveToStage(fixture, opportunity.id, "prospecting");
    await moveToStage(fixture, opportunity.id, "qualification");
    await publishAutomations(fixture, automationForStage("qualification", { ...taskAction, subject: "Another" }));
    await redeliverChange(opportunity.id);
    expect((await listTasks(opportunity.id)).map(({ subject }) => subject)).toEqual(["Call back"]);
    expect((await listAutomationLog(fixture, opportunity.id)).map(({ rule }) => rule.number)).toEqual([1]);
  });

  it("matches by source stage, target stage, type, amount and currency", async () => {
    const automation = (name: string, when: object) => ({
      name,
      when: { to_stages: ["qualification"], ...when },
      do: [{ action: "health" }],
    });
    await publishAutomations(
      fixture,
      automation("from", { from_stages: ["needs_analysis"] }),
      automation("forward", { forward_only: true }),
      automation("type", { types: ["RENEWAL"] }),
      automation("amount", { min_amount: 1000 }),
      automation("euro", { currency: "EUR", min_amount: "1000" }),
      { ...automation("off", {}), is_active: false },
    );
    const names = async (id: string) => (await listAutomationLog(fixture, id)).map(({ automation: name }) => name).sort();
    const first = (await createOpportunity(fixture, { opportunity: { type: "RENEWAL", amount: "1000.00" } })).opportunity;
    await moveToStage(fixture, first.id, "qualification");
    const back = (await createOpportunity(fixture, { opportunity: { stage_id: "needs_analysis", amount: "999.99" } }))
      .opportunity;
    await moveToStage(fixture, back.id, "qualification");
    const euro = (await createOpportunity(fixture, { opportunity: { amount: "5000.00", currency: "EUR" } })).opportunity;
    await moveToStage(fixture, euro.id, "qualification");
    await app.settle();
    expect(await names(first.id)).toEqual(["amount", "forward", "type"]);
    expect(await names(back.id)).toEqual(["from"]);
    expect(await names(euro.id)).toEqual(["euro", "forward"]);
  });
});

describe("an action that is suppressed or fails", () => {
  it("is that of an import or the undo of a bulk change, but not that of a bulk change", async () => {
    await publishAutomations(fixture, automationForStage("qualification", taskAction, { action: "health" }));
    const { admin } = fixture.tenant;
    const { opportunity } = await createOpportunity(fixture);
    const changeInput = { kind: "opportunity", ids: [opportunity.id], action: "update", changes: { stage_id: "qualification" } };
    const { data: job } = await admin.createBulkChange(changeInput);
    await app.settle();
    const results = async (id: string) =>
      (await listAutomationLog(fixture, id)).toReversed().map(({ result, reason }) => [result, reason]);
    expect(await results(opportunity.id)).toEqual([
      ["DONE", null],
      ["DONE", null],
    ]);
    const { data: undo } = await admin.undoBulkChange({ id: job.id });
    await app.settle();
    const reasonByRequest = { [newId(IMPORT)]: "The change came from an import", [undo.id]: "A bulk change was undone" };
    for (const [request_id, reason] of Object.entries(reasonByRequest)) {
      const { opportunity: otherOpportunity } = await createOpportunity(fixture);
      const change = await moveWithHeldEvent(fixture, otherOpportunity.id, "qualification");
      await deliverToSubscriber(app, "workflows", { ...change, request_id });
      expect(await results(otherOpportunity.id)).toEqual([
        ["HELD_BACK", reason],
        ["DONE", null],
      ]);
    }
  });

  it("records the reason, and does not stop other actions", async () => {
    const template = await createTemplate(fixture);
    const [deletedTemplate, inactiveTemplate] = [await createTemplate(fixture), await createTemplate(fixture)];
    const blank = await createTemplate(fixture, { subject: "{{contact.job_title}}" });
    await publishAutomations(
      fixture,
      automationForStage(
        "qualification",
        mailAction(deletedTemplate.id),
        mailAction(inactiveTemplate.id),
        mailAction(blank.id),
        mailAction(template.id),
        taskAction,
      ),
    );
    await fixture.tenant.admin.deleteMessageTemplate({ id: deletedTemplate.id });
    await fixture.tenant.admin.updateMessageTemplate({ id: inactiveTemplate.id, is_active: false });
    const refusing = await createOpportunity(fixture, { contact: { email_opt_out: true } });
    const bare = await createOpportunity(fixture, { contact: { email: null }, opportunity: { owner_id: undefined } });
    for (const { opportunity } of [refusing, bare]) await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    const readLog = async (id: string) =>
      (await listAutomationLog(fixture, id)).toReversed().map(({ action, result, reason }) => [action, result, reason]);
    const last = ["task", "DONE", null];
    const first = [
      ["mail", "FAILED", "The template no longer exists"],
      ["mail", "HELD_BACK", "The template is not active"],
    ];
    const heldEntry = ["mail", "HELD_BACK", "The contact refuses service emails"];
    expect(await readLog(refusing.opportunity.id)).toEqual([...first, heldEntry, heldEntry, last]);
    const failedEntry = ["mail", "FAILED", "The contact has no address"];
    expect(await readLog(bare.opportunity.id)).toEqual([...first, failedEntry, failedEntry, last]);
    expect(app.mail.sent(refusing.email)).toEqual([]);
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    expect((await readLog(opportunity.id))[2]).toEqual(["mail", "HELD_BACK", "No value for contact.job_title"]);
  });

  it("notifies no user who cannot see the opportunity, nor the user who made the change", async () => {
    const stranger = await addUser(app, fixture.tenant, "SALES_REP");
    await publishAutomations(
      fixture,
      automationForStage("qualification", notifyAction("users", { user_ids: [stranger.id] }), notifyAction("owner"), {
        ...taskAction,
        assign_to: stranger.id,
      }),
    );
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    expect((await listAutomationLog(fixture, opportunity.id)).toReversed().map(({ result, reason }) => [result, reason])).toEqual(
      [
        ["HELD_BACK", "The user cannot see the opportunity"],
        ["HELD_BACK", "The recipient made the change"],
        ["FAILED", "The user cannot see the opportunity"],
      ],
    );
    expect(await listStageNotifications(stranger, opportunity.id)).toEqual([]);
    await expect(stranger.client.listOpportunityAutomations({ id: opportunity.id })).rejects.toMatchObject({ status: 404 });
  });

  it("is a mail beyond the hourly limit for one address", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(
      fixture,
      automationForStage("qualification", mailAction(template.id)),
      automationForStage("needs_analysis", mailAction(template.id)),
    );
    const { opportunity, email } = await createOpportunity(fixture);
    for (let round = 0; round < 6; round++)
      for (const stage of ["qualification", "needs_analysis"]) await moveToStage(fixture, opportunity.id, stage);
    await app.settle();
    expect(app.mail.sent(email)).toHaveLength(10);
    expect((await listAutomationLog(fixture, opportunity.id)).filter(({ result }) => result === "HELD_BACK")).toHaveLength(2);
  });
});

describe("a mail", () => {
  const sendingTo = (email: string, behind: (nth: number) => void = () => undefined) => {
    const send = app.ports.mail.send.bind(app.ports.mail);
    const sent: unknown[] = [];
    vi.spyOn(app.ports.mail, "send").mockImplementation(async (message) => {
      await send(message);
      if (message.to === email) behind(sent.push(message));
    });
    return sent;
  };

  it("is identical after its sender was killed, even if the template has changed", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(fixture, automationForStage("qualification", mailAction(template.id), taskAction));
    const { opportunity, email } = await createOpportunity(fixture);
    const sent = sendingTo(email, (nth) => {
      if (nth === 1) throw new Error("Killed");
    });
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    expect(await listAutomationLog(fixture, opportunity.id)).toEqual([]);
    await fixture.tenant.admin.updateMessageTemplate({ id: template.id, subject: "Another" });
    await fixture.tenant.admin.deleteMessageTemplate({ id: template.id });
    app.setClock({ advance: 2 * 24 * 60 * 60_000 });
    await app.scheduler.run("due");
    await app.settle();
    await redeliverChange(opportunity.id);
    vi.restoreAllMocks();
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(app.mail.sent(email)).toHaveLength(1);
    app.setClock({ reset: true });
    const due_date = addDays(findStageEvent(fixture, opportunity.id).at.slice(0, 10), taskAction.due_in_days);
    expect(await listTasks(opportunity.id)).toMatchObject([{ due_date }]);
    expect((await listAutomationLog(fixture, opportunity.id)).map(({ result }) => result)).toEqual(["DONE", "DONE"]);
  });

  it("has the texts of the publication for two workers, even if the template changes before the first has claimed it", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(fixture, automationForStage("qualification", mailAction(template.id)));
    const { opportunity, email } = await createOpportunity(fixture);
    const change = await moveWithHeldEvent(fixture, opportunity.id, "qualification");
    const sent = sendingTo(email);
    const work = async () => {
      await fixture.tenant.admin.updateMessageTemplate({ id: template.id, subject: "Another" });
      await deliverToSubscriber(app, "workflows", change);
    };
    await interleave(app, { isTarget: isWriteWith("revision_id"), work }, () => deliverToSubscriber(app, "workflows", change));
    vi.restoreAllMocks();
    for (const message of sent) expect(message).toMatchObject({ subject: expect.not.stringContaining("Another") });
    expect(app.mail.sent(email)).toHaveLength(1);
  });

  it("is recorded once if another worker records it in between", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(fixture, automationForStage("qualification", mailAction(template.id)));
    const { opportunity, email } = await createOpportunity(fixture);
    const change = await moveWithHeldEvent(fixture, opportunity.id, "qualification");
    const deliver = () => deliverToSubscriber(app, "workflows", change);
    await interleave(app, { isTarget: isWriteWith(`"sk":"${STAGE_ACTION.prefix}_`), work: deliver }, deliver);
    expect(app.mail.sent(email)).toHaveLength(1);
    expect((await listAutomationLog(fixture, opportunity.id)).map(({ result }) => result)).toEqual(["DONE"]);
  });

  it("and all other actions happen once when the event arrives several times at the same moment", async () => {
    const template = await createTemplate(fixture);
    await publishAutomations(
      fixture,
      automationForStage("qualification", mailAction(template.id), taskAction, notifyAction("manager"), { action: "health" }),
    );
    const { opportunity, email } = await createOpportunity(fixture);
    const change = await moveWithHeldEvent(fixture, opportunity.id, "qualification");
    const sent = sendingTo(email);
    await Promise.all([1, 2, 3, 4].map(() => deliverToSubscriber(app, "workflows", change)));
    await deliverToSubscriber(app, "workflows", change);
    vi.restoreAllMocks();
    await app.settle();
    // An event handled during another's send cannot know whether that succeeds, so it sends the same message with the same id.
    for (const message of sent) expect(message).toEqual(sent[0]);
    expect(app.mail.sent(email)).toHaveLength(1);
    expect(await listTasks(opportunity.id)).toHaveLength(1);
    expect(await listStageNotifications(fixture.manager, opportunity.id)).toHaveLength(1);
    expect((await listAutomationLog(fixture, opportunity.id)).map(({ result }) => result)).toEqual([
      "DONE",
      "DONE",
      "DONE",
      "DONE",
    ]);
  });

  it("shows values typed by strangers as plain text", async () => {
    const template = await createTemplate(fixture, {
      body_html: "<p>{{contact.first_name}}</p>",
      body_text: "{{contact.first_name}}",
    });
    await publishAutomations(fixture, automationForStage("qualification", mailAction(template.id)));
    const contact = { first_name: "<b>{{owner.email}}</b> http://evil.example" };
    const { opportunity, email } = await createOpportunity(fixture, {
      contact,
      opportunity: { name: "A Bcc: all@x.example" },
    });
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    expect(app.mail.sent(email)).toMatchObject([
      {
        subject: "A Bcc: all x example is in Qualification",
        html: "<p>&lt;b&gt;{{owner email}}&lt; b&gt; evil example</p>",
        text: "<b>{{owner email}}< b> evil example",
      },
    ]);
  });
});

describe("a rule", () => {
  it("accepts existing records only, none of another tenant", async () => {
    const otherFixture = await createAutomationFixture(app);
    const foreignTemplate = await createTemplate(otherFixture);
    const sms = await createTemplate(fixture, { channel: "SMS", subject: null, body_html: null, body_text: "Hi" });
    const automations = [
      automationForStage("qualification", mailAction(foreignTemplate.id), mailAction(sms.id), {
        ...taskAction,
        assign_to: otherFixture.rep.id,
        activity_type_id: "dance",
      }),
      automationForStage("nowhere", notifyAction("users"), notifyAction("owner", { user_ids: [fixture.rep.id] })),
    ];
    const { tenant } = fixture;
    const rejection = await allowAnyInput(tenant.admin)
      .createRuleVersion({ kind: RULE_KIND, definition: { automations } })
      .catch((error) => error);
    expect(rejection.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "definition.automations[0].do[0].template_id",
      "definition.automations[0].do[1].template_id",
      "definition.automations[0].do[2].assign_to",
      "definition.automations[1].do[0].user_ids",
      "definition.automations[1].do[1].user_ids",
      "definition.automations[1].when.to_stages[0]",
    ]);
  });

  it("shows its effects before it is published", async () => {
    const { opportunity } = await createOpportunity(fixture);
    const { tenant } = fixture;
    const definition = { automations: [{ ...automationForStage("prospecting", taskAction), name: "Begin" }] };
    const { data: draft } = await allowAnyInput(tenant.admin).createRuleVersion({ kind: RULE_KIND, definition });
    const { data } = await tenant.admin.tryRuleVersion({ kind: RULE_KIND, id: draft.id });
    expect(data).toMatchObject({
      changed: 1,
      differences: [{ record_id: opportunity.id, before: "", after: "Begin: task" }],
    });
  });

  it("may replace all automations by others at once", async () => {
    const buildAutomations = () => Array.from({ length: 20 }, () => automationForStage("qualification", { action: "health" }));
    await publishAutomations(fixture, ...buildAutomations());
    const replaced = buildAutomations();
    await publishAutomations(fixture, ...replaced);
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    const names = (await listAutomationLog(fixture, opportunity.id)).map(({ automation }) => automation);
    expect(names.sort()).toEqual(replaced.map(({ name }) => name).sort());
    app.setClock({ advance: 60_000 });
    await app.scheduler.run("due");
    await app.settle();
    app.setClock({ reset: true });
    const { data } = await fixture.tenant.admin.listWorkflows({ limit: 100 });
    expect(data.filter(({ status }) => status === "ACTIVE").map(({ name }) => name)).toHaveLength(20);
  });

  it("does no action again that a former release has done", async () => {
    await publishAutomations(fixture, automationForStage("qualification", taskAction));
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    const listEnrollments = async () => (await fixture.tenant.admin.listWorkflowEnrollments({})).data;
    const enrollments = await listEnrollments();
    await runIn(systemContext(app.ports, fixture.tenant.id, "test"), async () => {
      const tx = transaction();
      for (const { id } of enrollments) tx.delete(recordKey(fixture.tenant.id, id));
      await tx.commit(undefined);
    });
    await redeliverChange(opportunity.id);
    expect(await listTasks(opportunity.id)).toHaveLength(1);
    expect(await listAutomationLog(fixture, opportunity.id)).toHaveLength(1);
    expect((await listEnrollments()).map(({ status }) => status)).toEqual(["COMPLETED"]);
  });

  it("without a currency follows that of the tenant, and runs once", async () => {
    const when = { to_stages: ["qualification"], min_amount: "100" };
    await publishAutomations(fixture, { name: "Large", when, do: [taskAction] });
    const amount = { amount: "100.00", currency: "EUR" };
    const opportunities = [
      (await createOpportunity(fixture, { opportunity: amount })).opportunity,
      (await createOpportunity(fixture, { opportunity: amount })).opportunity,
    ] as const;
    await moveToStage(fixture, opportunities[0].id, "qualification");
    await fixture.tenant.admin.updateTenant({ settings: { currency: "EUR" } });
    for (let round = 0; round < 2; round++) {
      await app.settle();
      await app.scheduler.run("due");
    }
    await moveToStage(fixture, opportunities[1].id, "qualification");
    await app.settle();
    expect(await listTasks(opportunities[0].id)).toEqual([]);
    expect(await listTasks(opportunities[1].id)).toHaveLength(1);
  });

  it("that a former release has published runs once the table is migrated", async () => {
    const { tenant } = fixture;
    const definition = { automations: [automationForStage("qualification", taskAction)] };
    const { data: draft } = await allowAnyInput(tenant.admin).createRuleVersion({ kind: RULE_KIND, definition });
    await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const valid_from = Clock.now();
      const version = await Records.read(RuleVersions, draft.id);
      const published = { ...version, status: "PUBLISHED" as const, number: 1, valid_from, published_at: valid_from };
      const set = Records.init(
        RuleSets,
        {
          rule_kind: RULE_KIND,
          last_number: 1,
          spans: [{ id: draft.id, number: 1, valid_from, valid_to: null }],
          applied_id: draft.id,
          due_at: null,
        },
        { id: setId({ name: RULE_KIND }) },
      );
      const tx = transaction().replace(RuleVersions, version, Records.nextVersion(version, published));
      await tx.put({ ...RuleSets.toItem(tenant.id, set, "{}"), shape: 1 }).commit(undefined);
    });
    expect((await migrate(app.ports)).failed).toEqual([]);
    await app.scheduler.run("due");
    await app.settle();
    const { opportunity } = await createOpportunity(fixture);
    await moveToStage(fixture, opportunity.id, "qualification");
    await app.settle();
    expect(await listTasks(opportunity.id)).toHaveLength(1);
    expect((await listAutomationLog(fixture, opportunity.id))[0]?.rule).toEqual({ kind: RULE_KIND, id: draft.id, number: 1 });
  });

  it("that is missing triggers no action", async () => {
    const bare = await signUp(app);
    const { data: customer } = await bare.admin.createCustomer({ name: "Quiet" });
    const { data: opportunity } = await bare.admin.createOpportunity({ name: "Quiet", customer_id: customer.id });
    await bare.admin.updateOpportunity({ id: opportunity.id, stage_id: "qualification" });
    await app.settle();
    expect((await bare.admin.listOpportunityAutomations({ id: opportunity.id })).data).toEqual([]);
  });
});
