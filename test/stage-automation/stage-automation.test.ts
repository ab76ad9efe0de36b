import { IMPORT } from "@crm/core/import/import.domain.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addUser, deliverTo, signUp } from "../support.ts";
import {
  changeOf,
  doneFor,
  heldMove,
  kind,
  move,
  newOpportunity,
  newTemplate,
  publish,
  type Scene,
  sceneOf,
  startTestApp,
  to,
} from "./support.ts";

let app: App;
let scene: Scene;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  scene = await sceneOf(app);
});

const mail = (template_id: string, to = "contact") => ({ action: "mail", template_id, to });
const task = { action: "task", subject: "Call back", activity_type_id: "task", due_in_days: 3, assign_to: "owner" };
const notify = (to: string, more: object = {}) => ({ action: "notify", to, message: "Has moved", ...more });
const again = (id: string) => deliverTo(app, "stage-automations", changeOf(scene, id));
const tasksOf = async (id: string) => (await scene.tenant.admin.listActivities({ related_to_id: id } as never)).data;
const toldTo = async (user: Scene["rep"], id: string) =>
  (await user.as.listNotifications({ type: "stage_moved" } as never)).data.filter(({ record_id }) => record_id === id);

describe("a change of stage", () => {
  it("does all that the rule says, once, however often its event comes", async () => {
    const template = await newTemplate(scene);
    await publish(scene, to("qualification", mail(template.id), task, notify("manager"), { action: "health" }));
    const { opportunity, email, contact } = await newOpportunity(scene);
    await move(scene, opportunity.id, "qualification");
    await app.settle();
    const change = changeOf(scene, opportunity.id);
    await Promise.all([again(opportunity.id), again(opportunity.id)]);
    const done = await doneFor(scene, opportunity.id);
    expect(done.map(({ action, result, reason }) => [action, result, reason])).toEqual([
      ["health", "DONE", null],
      ["notify", "DONE", null],
      ["task", "DONE", null],
      ["mail", "DONE", null],
    ]);
    const [, , made, sent] = done;
    expect(sent).toMatchObject({
      recipient_ids: [contact.id],
      template_id: template.id,
      template_revision: 1,
      opportunity_version: change.version,
      rule: { kind, number: 1 },
    });
    const mails = app.mail.sent(email);
    expect(mails).toMatchObject([
      {
        subject: `${opportunity.name} is in Qualification`,
        text: "Dear Ada",
        html: "<p>Dear Ada</p>",
        reply_to: scene.rep.email,
      },
    ]);
    const tasks = await tasksOf(opportunity.id);
    expect(tasks).toMatchObject([{ id: made?.activity_id, subject: "Call back", assigned_to_id: scene.rep.id }]);
    expect(await toldTo(scene.manager, opportunity.id)).toMatchObject([{ title: `Has moved: ${opportunity.name}` }]);
  });

  it("is the change that happened, though the opportunity has moved on, and none of one that is deleted", async () => {
    await publish(scene, to("qualification", task), to("needs_analysis", { ...task, subject: "Negotiate" }));
    const { opportunity } = await newOpportunity(scene);
    const other = (await newOpportunity(scene)).opportunity;
    await move(scene, opportunity.id, "qualification");
    await move(scene, opportunity.id, "needs_analysis");
    await move(scene, other.id, "qualification");
    await scene.tenant.admin.deleteOpportunity({ id: other.id });
    await app.settle();
    expect((await tasksOf(opportunity.id)).map(({ subject }) => subject).sort()).toEqual(["Call back", "Negotiate"]);
    await scene.tenant.admin.restoreOpportunity({ id: other.id });
    await app.settle();
    expect(await tasksOf(other.id)).toEqual([]);
  });

  it("goes by the rule that was in force then, whatever came since", async () => {
    const { opportunity } = await newOpportunity(scene);
    await move(scene, opportunity.id, "qualification");
    await publish(scene, to("qualification", task));
    await again(opportunity.id);
    expect(await tasksOf(opportunity.id)).toEqual([]);
    await move(scene, opportunity.id, "prospecting");
    await move(scene, opportunity.id, "qualification");
    await publish(scene, to("qualification", { ...task, subject: "Another" }));
    await again(opportunity.id);
    expect((await tasksOf(opportunity.id)).map(({ subject }) => subject)).toEqual(["Call back"]);
  });

  it("is meant by where it comes from, whither it goes, type, amount and currency", async () => {
    const automation = (name: string, when: object) => ({
      name,
      when: { to_stages: ["qualification"], ...when },
      do: [{ action: "health" }],
    });
    await publish(
      scene,
      automation("from", { from_stages: ["needs_analysis"] }),
      automation("forward", { forward_only: true }),
      automation("type", { types: ["RENEWAL"] }),
      automation("amount", { min_amount: 1000 }),
      automation("euro", { currency: "EUR", min_amount: "1000" }),
      { ...automation("off", {}), is_active: false },
    );
    const names = async (id: string) => (await doneFor(scene, id)).map(({ automation: name }) => name).sort();
    const first = (await newOpportunity(scene, { opportunity: { type: "RENEWAL", amount: "1000.00" } })).opportunity;
    await move(scene, first.id, "qualification");
    const back = (await newOpportunity(scene, { opportunity: { stage_id: "needs_analysis", amount: "999.99" } })).opportunity;
    await move(scene, back.id, "qualification");
    const euro = (await newOpportunity(scene, { opportunity: { amount: "5000.00", currency: "EUR" } })).opportunity;
    await move(scene, euro.id, "qualification");
    await app.settle();
    expect(await names(first.id)).toEqual(["amount", "forward", "type"]);
    expect(await names(back.id)).toEqual(["from"]);
    expect(await names(euro.id)).toEqual(["euro", "forward"]);
  });
});

describe("what is held back or fails", () => {
  it("is what comes in with a file, and what takes a bulk change back, but not a bulk change", async () => {
    await publish(scene, to("qualification", task, { action: "health" }));
    const { admin } = scene.tenant;
    const { opportunity } = await newOpportunity(scene);
    const moved = { kind: "opportunity", ids: [opportunity.id], action: "update", changes: { stage_id: "qualification" } };
    const { data: job } = await admin.createBulkChange(moved as never);
    await app.settle();
    const results = async (id: string) => (await doneFor(scene, id)).toReversed().map(({ result, reason }) => [result, reason]);
    expect(await results(opportunity.id)).toEqual([
      ["DONE", null],
      ["DONE", null],
    ]);
    const { data: undo } = await admin.undoBulkChange({ id: job.id });
    await app.settle();
    const known = { [newId(IMPORT)]: "The change came in with a file", [undo.id]: "A bulk change was taken back" };
    for (const [request_id, reason] of Object.entries(known)) {
      const { opportunity: other } = await newOpportunity(scene);
      const change = await heldMove(scene, other.id, "qualification");
      await deliverTo(app, "stage-automations", { ...change, request_id });
      expect(await results(other.id)).toEqual([
        ["HELD_BACK", reason],
        ["DONE", null],
      ]);
    }
  });

  it("says why, and keeps nothing else back", async () => {
    const template = await newTemplate(scene);
    const [gone, off] = [await newTemplate(scene), await newTemplate(scene)];
    const blank = await newTemplate(scene, { subject: "{{contact.job_title}}" });
    await publish(scene, to("qualification", mail(gone.id), mail(off.id), mail(blank.id), mail(template.id), task));
    await scene.tenant.admin.deleteMessageTemplate({ id: gone.id });
    await scene.tenant.admin.updateMessageTemplate({ id: off.id, is_active: false });
    const refusing = await newOpportunity(scene, { contact: { email_opt_out: true } });
    const bare = await newOpportunity(scene, { contact: { email: null }, opportunity: { owner_id: undefined } });
    for (const { opportunity } of [refusing, bare]) await move(scene, opportunity.id, "qualification");
    await app.settle();
    const of = async (id: string) =>
      (await doneFor(scene, id)).toReversed().map(({ action, result, reason }) => [action, result, reason]);
    const last = ["task", "DONE", null];
    const first = [
      ["mail", "FAILED", "The template is gone"],
      ["mail", "HELD_BACK", "The template is not active"],
    ];
    const refused = ["mail", "HELD_BACK", "The contact refuses mails of service"];
    expect(await of(refusing.opportunity.id)).toEqual([...first, refused, refused, last]);
    const none = ["mail", "FAILED", "The contact has no address"];
    expect(await of(bare.opportunity.id)).toEqual([...first, none, none, last]);
    expect(app.mail.sent(refusing.email)).toEqual([]);
    const { opportunity } = await newOpportunity(scene);
    await move(scene, opportunity.id, "qualification");
    await app.settle();
    expect((await of(opportunity.id))[2]).toEqual(["mail", "HELD_BACK", "Nothing stands for contact.job_title"]);
  });

  it("reaches nobody who does not see the opportunity, nor who made the change", async () => {
    const stranger = await addUser(app, scene.tenant, "SALES_REP");
    await publish(
      scene,
      to("qualification", notify("users", { user_ids: [stranger.id] }), notify("owner"), { ...task, assign_to: stranger.id }),
    );
    const { opportunity } = await newOpportunity(scene);
    await move(scene, opportunity.id, "qualification");
    await app.settle();
    expect((await doneFor(scene, opportunity.id)).toReversed().map(({ result, reason }) => [result, reason])).toEqual([
      ["HELD_BACK", "The user does not see the opportunity"],
      ["HELD_BACK", "Who made the change knows of it"],
      ["FAILED", "The user does not see the opportunity"],
    ]);
    expect(await toldTo(stranger, opportunity.id)).toEqual([]);
    await expect(stranger.as.listOpportunityAutomations({ id: opportunity.id })).rejects.toMatchObject({ status: 404 });
  });

  it("has few mails for one address in an hour", async () => {
    const template = await newTemplate(scene);
    await publish(scene, to("qualification", mail(template.id)), to("needs_analysis", mail(template.id)));
    const { opportunity, email } = await newOpportunity(scene);
    for (let round = 0; round < 6; round++)
      for (const stage of ["qualification", "needs_analysis"]) await move(scene, opportunity.id, stage);
    await app.settle();
    expect(app.mail.sent(email)).toHaveLength(10);
    expect((await doneFor(scene, opportunity.id)).filter(({ result }) => result === "HELD_BACK")).toHaveLength(2);
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

  it("is the same when its sender was killed behind it, whatever the template says by then", async () => {
    const template = await newTemplate(scene);
    await publish(scene, to("qualification", mail(template.id), task));
    const { opportunity, email } = await newOpportunity(scene);
    const change = await heldMove(scene, opportunity.id, "qualification");
    const sent = sendingTo(email, (nth) => {
      if (nth === 1) throw new Error("Killed");
    });
    await expect(deliverTo(app, "stage-automations", change)).rejects.toThrow("Killed");
    await scene.tenant.admin.updateMessageTemplate({ id: template.id, subject: "Another" });
    await scene.tenant.admin.deleteMessageTemplate({ id: template.id });
    await deliverTo(app, "stage-automations", change);
    await deliverTo(app, "stage-automations", change);
    vi.restoreAllMocks();
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(app.mail.sent(email)).toHaveLength(1);
    expect(await tasksOf(opportunity.id)).toHaveLength(1);
    expect((await doneFor(scene, opportunity.id)).map(({ result }) => result)).toEqual(["DONE", "DONE"]);
  });

  it("goes out once, and all else is done once, where the event comes several times at the same moment", async () => {
    const template = await newTemplate(scene);
    await publish(scene, to("qualification", mail(template.id), task, notify("manager"), { action: "health" }));
    const { opportunity, email } = await newOpportunity(scene);
    const change = await heldMove(scene, opportunity.id, "qualification");
    const sent = sendingTo(email);
    await Promise.all([1, 2, 3, 4].map(() => deliverTo(app, "stage-automations", change)));
    await deliverTo(app, "stage-automations", change);
    vi.restoreAllMocks();
    await app.settle();
    // An event that comes while another is sending cannot know that it will succeed: it sends the same message under the same id.
    for (const message of sent) expect(message).toEqual(sent[0]);
    expect(app.mail.sent(email)).toHaveLength(1);
    expect(await tasksOf(opportunity.id)).toHaveLength(1);
    expect(await toldTo(scene.manager, opportunity.id)).toHaveLength(1);
    expect((await doneFor(scene, opportunity.id)).map(({ result }) => result)).toEqual(["DONE", "DONE", "DONE", "DONE"]);
  });

  it("has nothing of what strangers typed but text", async () => {
    const template = await newTemplate(scene, {
      body_html: "<p>{{contact.first_name}}</p>",
      body_text: "{{contact.first_name}}",
    });
    await publish(scene, to("qualification", mail(template.id)));
    const contact = { first_name: "<b>{{owner.email}}</b> http://evil.example" };
    const { opportunity, email } = await newOpportunity(scene, { contact, opportunity: { name: "A\u2028Bcc: all@x.example" } });
    await move(scene, opportunity.id, "qualification");
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
  it("names what is there, and nothing of another tenant", async () => {
    const other = await sceneOf(app);
    const theirs = await newTemplate(other);
    const sms = await newTemplate(scene, { channel: "SMS", subject: null, body_html: null, body_text: "Hi" });
    const automations = [
      to("qualification", mail(theirs.id), mail(sms.id), { ...task, assign_to: other.rep.id, activity_type_id: "dance" }),
      to("nowhere", notify("users"), notify("owner", { user_ids: [scene.rep.id] })),
    ];
    const { tenant } = scene;
    const refused = await tenant.admin.createRuleVersion({ kind, definition: { automations } } as never).catch((error) => error);
    expect(refused.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "definition.automations[0].do[0].template_id",
      "definition.automations[0].do[1].template_id",
      "definition.automations[0].do[2].assign_to",
      "definition.automations[1].do[0].user_ids",
      "definition.automations[1].do[1].user_ids",
      "definition.automations[1].when.to_stages[0]",
    ]);
  });

  it("tells before it is published what would follow", async () => {
    const { opportunity } = await newOpportunity(scene);
    const { tenant } = scene;
    const definition = { automations: [{ ...to("prospecting", task), name: "Begin" }] };
    const { data: draft } = await tenant.admin.createRuleVersion({ kind, definition } as never);
    const { data } = await tenant.admin.tryRuleVersion({ kind, id: draft.id } as never);
    expect(data).toMatchObject({
      changed: 1,
      differences: [{ record_id: opportunity.id, before: "", after: "Begin: task" }],
    });
  });

  it("of nobody's makes nothing follow", async () => {
    const bare = await signUp(app);
    const { data: customer } = await bare.admin.createCustomer({ name: "Quiet" });
    const { data: opportunity } = await bare.admin.createOpportunity({ name: "Quiet", customer_id: customer.id } as never);
    await bare.admin.updateOpportunity({ id: opportunity.id, stage_id: "qualification" } as never);
    await app.settle();
    expect((await bare.admin.listOpportunityAutomations({ id: opportunity.id })).data).toEqual([]);
  });
});
