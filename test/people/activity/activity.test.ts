import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let otherRep: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, otherRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

const taskInput = { subject: "Send the brochure", activity_type_id: "task" };
const createTask = async (as: TestUser["client"], more: object = {}) => (await as.createActivity({ ...taskInput, ...more })).data;
const minutesFromNow = (minutes: number): string => new Date(Clock.ms() + minutes * 60_000).toISOString();
const listIds = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("an activity", () => {
  it("can be independent, changed, completed once, reopened and cancelled", async () => {
    const createdTask = await createTask(rep.client, { due_date: "2030-02-01", due_time: "09:30", timezone: "America/New_York" });
    expect(createdTask).toMatchObject({
      status: "NOT_STARTED",
      due_at: "2030-02-01T14:30:00.000Z",
      assigned_to_id: rep.id,
      related_to_id: null,
    });
    const movedTask = (await rep.client.updateActivity({ id: createdTask.id, due_date: "2030-07-01" })).data;
    expect(movedTask).toMatchObject({ due_at: "2030-07-01T13:30:00.000Z", subject: taskInput.subject });
    const done = (await rep.client.completeActivity({ id: createdTask.id, outcome: "Sent" })).data;
    expect(done).toMatchObject({ status: "COMPLETED", is_completed: true, completed_by_id: rep.id, outcome: "Sent" });
    await expect(rep.client.completeActivity({ id: createdTask.id })).rejects.toMatchObject({ status: 409 });
    expect((await rep.client.reopenActivity({ id: createdTask.id })).data).toMatchObject({
      status: "NOT_STARTED",
      completed_datetime: null,
    });
    expect((await rep.client.cancelActivity({ id: createdTask.id })).data.status).toBe("CANCELLED");
    await rep.client.deleteActivity({ id: createdTask.id });
    await expect(rep.client.getActivity({ id: createdTask.id })).rejects.toMatchObject({ status: 404 });
    expect((await rep.client.restoreActivity({ id: createdTask.id })).data.status).toBe("CANCELLED");
  });

  it("is created with its follow-up about the same record, or neither is", async () => {
    const { data: lead } = await rep.client.createLead(newLead());
    const call = { subject: "Asked for a price", activity_type_id: "call", status: "COMPLETED", duration_minutes: 5 };
    const input = { ...call, call_direction: "INBOUND", call_outcome_id: "connected", related_to_id: lead.id };
    const follow_up = { subject: "Send the price", activity_type_id: "task", due_date: "2030-02-04", assigned_to_id: rep.id };
    await createTask(rep.client, { ...input, follow_up });
    const listAbout = async () => (await rep.client.listActivities({ related_to_id: lead.id })).data;
    expect((await listAbout()).map(({ subject, status, due_date }) => [subject, status, due_date]).sort()).toEqual([
      ["Asked for a price", "COMPLETED", null],
      ["Send the price", "NOT_STARTED", "2030-02-04"],
    ]);
    // The next contact moves to the follow-up, unless it comes before it.
    const readNextContact = async () => (await rep.client.getLead({ id: lead.id })).data.next_contact_date;
    const next = await readNextContact();
    expect(next?.slice(0, 10)).toBe("2030-02-04");
    await createTask(rep.client, { ...input, follow_up: { ...follow_up, due_date: "2030-03-04" } });
    expect(await readNextContact()).toBe(next);
    await createTask(rep.client, { ...input, follow_up: { ...follow_up, due_date: "2030-01-21" } });
    expect((await readNextContact())?.slice(0, 10)).toBe("2030-01-21");
    await expect(
      createTask(rep.client, { ...input, call_outcome_id: "nothing", follow_up: { ...follow_up, activity_type_id: "nothing" } }),
    ).rejects.toMatchObject({ status: 400, details: [{ field: "call_outcome_id" }, { field: "follow_up.activity_type_id" }] });
    expect(await listAbout()).toHaveLength(6);
  });

  it("that is completed is reopened only by its assignee, a manager or an administrator", async () => {
    const createdTask = await createTask(rep.client);
    const manager = await addUser(app, tenant, "MANAGER");
    await tenant.admin.updateUser({ id: rep.id, manager_id: manager.id });
    app.setClock({ advance: 61_000 });
    await tenant.admin.updateActivity({ id: createdTask.id, participants: [{ user_id: otherRep.id }] });
    await rep.client.completeActivity({ id: createdTask.id });
    await expect(otherRep.client.reopenActivity({ id: createdTask.id })).rejects.toMatchObject({ status: 403 });
    expect((await manager.client.reopenActivity({ id: createdTask.id })).data.status).toBe("NOT_STARTED");
  });

  it("of a type that requires a duration cannot be completed without one", async () => {
    const createdTask = await createTask(rep.client, { activity_type_id: "call" });
    await expect(rep.client.completeActivity({ id: createdTask.id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "duration_minutes" }],
    });
    expect((await rep.client.completeActivity({ id: createdTask.id, duration_minutes: 12 })).data.duration_minutes).toBe(12);
  });

  it("waits for another one until that is done, cancelled or deleted", async () => {
    for (const end of ["completeActivity", "cancelActivity", "deleteActivity"] as const) {
      const first = await createTask(rep.client);
      const second = await createTask(rep.client, { blocked_by: first.id, status: "in_progress" });
      expect(second.status).toBe("BLOCKED");
      await expect(rep.client.completeActivity({ id: second.id })).rejects.toMatchObject({
        status: 422,
        details: [{ field: "blocked_by" }],
      });
      await expect(rep.client.updateActivity({ id: first.id, blocked_by: second.id })).rejects.toMatchObject({
        details: [{ field: "blocked_by" }],
      });
      await rep.client[end]({ id: first.id });
      await app.settle();
      expect([end, (await rep.client.getActivity({ id: second.id })).data.status]).toEqual([end, "NOT_STARTED"]);
      await rep.client.completeActivity({ id: second.id });
    }
  });

  it("never waits in a circle, also after concurrent requests", async () => {
    for (let round = 0; round < 3; round++) {
      const [firstTask, two, three] = [await createTask(rep.client), await createTask(rep.client), await createTask(rep.client)];
      const dependencies = [
        [firstTask, two],
        [two, three],
        [three, firstTask],
      ] as const;
      const results = await Promise.allSettled(
        dependencies.map(([{ id }, { id: blocked_by }]) => rep.client.updateActivity({ id, blocked_by })),
      );
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    }
  });

  it("can be about a record of any kind with activities, and updates its last activity date", async () => {
    const { data: lead } = await rep.client.createLead(newLead());
    const createdTask = await createTask(rep.client, { related_to_type: "Lead", related_to_id: lead.id });
    expect(createdTask).toMatchObject({ related_to_type: "lead", related_to_id: lead.id, personal_key_id: lead.personal_key_id });
    expect((await rep.client.getLead({ id: lead.id })).data.last_activity_date).toBe(createdTask.created_at);
    for (const [invalidFields, field] of [
      [{ related_to_type: "customer", related_to_id: lead.id }, "related_to_type"],
      [{ related_to_id: "led_000000000000000000" }, "related_to_id"],
      [{ related_to_id: rep.id }, "related_to_id"],
      [{ related_to_type: "lead" }, "related_to_id"],
    ] as const)
      await expect(createTask(rep.client, invalidFields)).rejects.toMatchObject({ status: 400, details: [{ field }] });
    await expect(createTask(otherRep.client, { related_to_id: lead.id })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "related_to_id" }],
    });
  });
});

describe("visibility of an activity", () => {
  const canSeeActivity = (as: TestUser["client"], { id }: { id: string }): Promise<boolean> =>
    as.getActivity({ id }).then(
      () => true,
      () => false,
    );
  const lists = async ({ client: as }: TestUser): Promise<string[]> => listIds((await as.listActivities({ limit: 100 })).data);
  const due = { due_date: "2040-01-01" };

  it("follows its subject, or without one its assignee and participants", async () => {
    const { data: lead } = await otherRep.client.createLead(newLead());
    const ownTask = await createTask(tenant.admin, { assigned_to_id: rep.id, ...due });
    const participantTask = await createTask(tenant.admin, {
      participants: [{ user_id: rep.id, participant_type: "optional" }],
      ...due,
    });
    const below = await createTask(tenant.admin, { assigned_to_id: rep.id, related_to_id: lead.id, ...due });
    const hidden = await createTask(tenant.admin, due);
    await app.settle();
    const all = [ownTask, participantTask, below, hidden];
    expect(await Promise.all(all.map((activity) => canSeeActivity(rep.client, activity)))).toEqual([true, true, false, false]);
    expect(await Promise.all(all.map((activity) => canSeeActivity(otherRep.client, activity)))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    const listed = await lists(rep);
    expect(all.map(({ id }) => listed.includes(id))).toEqual([true, true, false, false]);
    expect(listIds((await otherRep.client.listActivities({ related_to_id: lead.id })).data)).toEqual([below.id]);
    const upcomingIds = listIds((await rep.client.listUpcomingActivities({ limit: 100 })).data);
    const calendarIds = listIds((await rep.client.getCalendar({ from: "2040-01-01", to: "2040-01-01" })).data);
    for (const listedIds of [upcomingIds, calendarIds])
      expect(all.map(({ id }) => listedIds.includes(id))).toEqual([true, true, false, false]);
    for (const attempt of [
      () => rep.client.updateActivity({ id: below.id, subject: "No" }),
      () => rep.client.completeActivity({ id: below.id }),
      () => rep.client.deleteActivity({ id: below.id }),
    ])
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    await tenant.admin.deleteLead({ id: lead.id });
    for (const as of [otherRep.client, tenant.admin]) expect(await canSeeActivity(as, below)).toBe(false);
    await expect(tenant.admin.completeActivity({ id: below.id })).rejects.toMatchObject({ status: 404 });
  });

  it("without an assignee follows its subject, otherwise it is visible like an unowned record", async () => {
    const { data: lead } = await otherRep.client.createLead(newLead());
    const { data: key } = await tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" });
    const robot = createClient(inProcessTransport(app, key.key));
    const leadTask = await createTask(robot, { related_to_id: lead.id, ...due });
    const free = await createTask(robot, due);
    expect([leadTask.assigned_to_id, free.assigned_to_id]).toEqual([null, null]);
    await app.settle();
    const listed = await lists(rep);
    expect([listed.includes(leadTask.id), listed.includes(free.id)]).toEqual([false, true]);
    expect([
      await canSeeActivity(rep.client, leadTask),
      await canSeeActivity(otherRep.client, leadTask),
      await canSeeActivity(rep.client, free),
    ]).toEqual([false, true, true]);
    const upcomingIds = listIds((await rep.client.listUpcomingActivities({ limit: 100 })).data);
    expect([upcomingIds.includes(leadTask.id), upcomingIds.includes(free.id)]).toEqual([false, true]);
  });
});

describe("lists", () => {
  it("of activities are filtered by `owner`, an id or `me`", async () => {
    const [own, others] = [await createTask(rep.client), await createTask(tenant.admin)];
    await app.settle();
    const list = async (owner: string) => listIds((await rep.client.listActivities({ owner, limit: 100 })).data);
    const found = await list("me");
    expect([found.includes(own.id), found.includes(others.id)]).toEqual([true, false]);
    expect(await list(rep.id)).toEqual(found);
  });
});

describe("participants", () => {
  it("are added, changed and removed by their ids", async () => {
    const createdTask = await createTask(rep.client);
    const updatedTask = (await rep.client.addActivityParticipant({ id: createdTask.id, user_id: otherRep.id })).data;
    expect(updatedTask.participants).toEqual([
      {
        id: otherRep.id,
        user_id: otherRep.id,
        contact_id: null,
        person_id: null,
        participant_type: "REQUIRED",
        response_status: "NO_RESPONSE",
        response_comment: null,
        responded_at: null,
        invitation_status: null,
      },
    ]);
    const responseInput = { id: createdTask.id, user_id: otherRep.id, response_status: "Declined" };
    expect((await rep.client.addActivityParticipant(responseInput)).data).toMatchObject({ attending: [] });
    expect(
      (await rep.client.removeActivityParticipant({ id: createdTask.id, participantId: otherRep.id })).data.participants,
    ).toEqual([]);
    const duplicateParticipants = [{ user_id: otherRep.id }, { user_id: otherRep.id }];
    await expect(rep.client.updateActivity({ id: createdTask.id, participants: duplicateParticipants })).rejects.toMatchObject({
      status: 400,
    });
    await expect(rep.client.updateActivity({ id: createdTask.id, participants: [{}] })).rejects.toMatchObject({
      details: [{ field: "participants[0].user_id" }],
    });
  });

  it("keep the fields that a change leaves out", async () => {
    const { id } = await createTask(rep.client);
    const post = async (changes: object) =>
      (await rep.client.addActivityParticipant({ id, user_id: otherRep.id, ...changes })).data.participants;
    const answer = { response_status: "TENTATIVE", response_comment: "After noon" };
    await post({ participant_type: "OPTIONAL", ...answer });
    expect(await post({ response_status: "ACCEPTED" })).toMatchObject([
      { participant_type: "OPTIONAL", response_status: "ACCEPTED", response_comment: null },
    ]);
    await post(answer);
    expect(await post({ participant_type: "ORGANIZER" })).toMatchObject([{ participant_type: "ORGANIZER", ...answer }]);
  });
});

describe("reminders", () => {
  /** The reminders of a user, read in a new session, because the clock may have moved by days. */
  const listReminders = async ({ email }: TestUser) => {
    await app.settle();
    const { access_token } = await signIn(app, { ...tenant, email, password: PASSWORD });
    const { data } = await createClient(inProcessTransport(app, access_token)).listNotifications({ limit: 100 });
    return data.filter(({ type }) => type === "activity_reminder").map(({ record_id, title }) => `${record_id} ${title}`);
  };

  it("are sent once, move with the activity, and are not sent once it is done", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const reminders = [{ minutes_before: 10 }, { minutes_before: 5, by: "email" }];
    const createdTask = await createTask(user.client, { start_datetime: minutesFromNow(15), reminders });
    const late = await createTask(user.client, { start_datetime: minutesFromNow(30), reminders });
    await user.client.updateActivity({ id: createdTask.id, start_datetime: minutesFromNow(30) });
    app.setClock({ advance: 10 * 60_000 });
    expect(await listReminders(user)).toEqual([]);
    await user.client.completeActivity({ id: late.id });
    for (const minutes of [11, 5, 30]) {
      app.setClock({ advance: minutes * 60_000 });
      expect(await listReminders(user)).toEqual([`${createdTask.id} Reminder: ${taskInput.subject}`]);
    }
    expect(app.mail.sent(user.email).filter(({ subject }) => subject === `Reminder: ${taskInput.subject}`)).toHaveLength(1);
  });

  it("due during a pause of the sweep are sent once after it, and never for a past time", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const createdTask = await createTask(user.client, { reminder_datetime: minutesFromNow(10) });
    await createTask(user.client, { reminder_datetime: minutesFromNow(-10) });
    app.setClock({ advance: 26 * 60 * 60_000 });
    for (let time = 0; time < 2; time++)
      expect(await listReminders(user)).toEqual([`${createdTask.id} Reminder: ${taskInput.subject}`]);
  });
});
