import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/event.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { COMMENT } from "@crm/core/people/comment/comment.kind.ts";
import { onCommentWritten } from "@crm/core/people/comment/comment.listener.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runExport } from "../../platform/export/export-client.ts";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let owner: TestUser;
let director: TestUser;
let stranger: TestUser;
let events: readonly DomainEvent[];
let team: string;
beforeAll(async () => {
  app = await startTestApp();
  events = recordPublishedEvents(app);
  tenant = await signUp(app, { visibility: "own" });
  team = (await tenant.admin.createTeam({ name: "Harbour" })).data.id;
  owner = await addUser(app, tenant, "SALES_REP");
  director = await addUser(app, tenant, "DIRECTOR");
  stranger = await addUser(app, tenant, "SALES_REP");
  for (const id of [owner.id, stranger.id]) await tenant.admin.updateUser({ id, team_id: team });
});
afterAll(() => app.stop());

let lead: string;
beforeEach(async () => {
  lead = (await owner.client.createLead({ last_name: "Zander", company: "Pikeperch" })).data.id;
});

const write = async ({ client }: Pick<TestUser, "client">, content: string, more: object = {}) =>
  (await client.createComment({ related_to_id: lead, content, ...more })).data;
const mention = (id: string): string => `@[${id}]`;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, message, details }: { status: number; message: string; details?: unknown }) => ({ status, message, details }),
  );
const listNotices = async ({ client }: TestUser, type: string, id: string) =>
  (await client.listNotifications({ type })).data.filter(({ record_id }) => record_id === id);

describe("a comment", () => {
  it("mentions users and teams, and its answers belong to the first comment", async () => {
    const first = await write(director, `Ask ${mention(owner.id)} or ${mention(team)}`);
    expect(first).toMatchObject({
      related_to_type: "lead",
      mentioned_ids: [owner.id, team],
      reply_to_id: null,
      edited_at: null,
    });
    const { data: listed } = await owner.client.listComments({
      ...{ related_to_id: lead, include: "content", expand: "labels,mentioned" },
    });
    expect(listed[0]).toMatchObject({ expanded: { mentioned_ids: [{ id: owner.id }, { id: team }] } });
    const reply = await write(owner, "Done", { reply_to_id: first.id });
    expect((await write(director, "Thanks", { reply_to_id: reply.id })).reply_to_id).toBe(first.id);
    const other = (await owner.client.createLead({ last_name: "Burbot" })).data.id;
    expect(await readRejection(write(owner, "Elsewhere", { related_to_id: other, reply_to_id: first.id }))).toMatchObject({
      status: 400,
      details: [{ field: "reply_to_id" }],
    });
    expect(await readRejection(write(owner, "  \n"))).toMatchObject({ details: [{ field: "content" }] });
  });

  it("is changed by its author, and deleted by its author or an administrator", async () => {
    const { id } = await write(owner, "First");
    const { data } = await owner.client.updateComment({ id, content: "Second" });
    expect(data).toMatchObject({ content: "Second", excerpt: "Second", edited_at: data.updated_at });
    for (const change of [
      () => director.client.updateComment({ id, content: "Mine" }),
      () => tenant.admin.updateComment({ id, content: "Mine" }),
      () => director.client.deleteComment({ id }),
    ])
      expect(await readRejection(change())).toMatchObject({ status: 403 });
    await tenant.admin.deleteComment({ id });
    await owner.client.restoreComment({ id });
  });

  it("refuses mentions of users who do not see the record, are inactive or do not exist in the same words", async () => {
    const inactive = await addUser(app, tenant, "DIRECTOR");
    await tenant.admin.setUserStatus({ id: inactive.id, status: "SUSPENDED" });
    const unknown = ["usr_01kjp8w20000000083", "tea_01kjp8w20000000083"];
    const rejections = await Promise.all(
      [stranger.id, inactive.id, ...unknown].map((id) => readRejection(write(owner, `Hi ${mention(id)}`))),
    );
    expect(rejections[0]).toMatchObject({ status: 400, details: [{ field: "content" }] });
    expect(new Set(rejections.map((rejection) => JSON.stringify(rejection))).size).toBe(1);
    const { data } = await owner.client.listMentionable({ related_to_id: lead });
    const ids = data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([owner.id, director.id, team]));
    expect(ids).not.toEqual(expect.arrayContaining([stranger.id]));
    expect(ids).not.toEqual(expect.arrayContaining([inactive.id]));
    expect((await owner.client.listMentionable({ related_to_id: lead, q: "harb" })).data.map(({ id }) => id)).toEqual([team]);
  });

  it("marks a user without sight of the record, and lists one only on request", async () => {
    const list = async (client: TestUser["client"]) =>
      (await client.listMentionable({ related_to_id: lead, q: "blindfish", with_unable: true })).data;
    const blind = await addUser(app, tenant, "SALES_REP", { first_name: "Blindfish" });
    expect(await list(owner.client)).toMatchObject([{ id: blind.id, can_mention: false, away: null }]);
    expect((await owner.client.listMentionable({ related_to_id: lead, q: "blindfish" })).data).toEqual([]);
  });

  it("offers a user who is away with the end of the absence", async () => {
    const [from, to] = ["2026-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"];
    await director.client.replaceUserAvailability({ id: director.id, absences: [{ from, to }] });
    const list = async () =>
      (await owner.client.listMentionable({ related_to_id: lead })).data.find(({ id }) => id === director.id);
    expect(await list()).toMatchObject({ can_mention: true, away: { until: to } });
    await director.client.replaceUserAvailability({ id: director.id, absences: [{ from, to: null }] });
    expect(await list()).toMatchObject({ away: { until: null } });
    await director.client.replaceUserAvailability({ id: director.id, absences: [] });
    expect(await list()).toMatchObject({ away: null });
  });

  it("moves to the survivor of a merge, and its followers are told", async () => {
    const [survivor, duplicate] = await Promise.all(
      ["Roach", "Rudd"].map(async (name) => (await owner.client.createCustomer({ name })).data.id),
    );
    await director.client.followCustomer({ id: duplicate as string });
    const { id } = await write(owner, "Which one?", { related_to_id: duplicate });
    await app.settle();
    await allowAnyInput(tenant.admin).mergeCustomers({ id: survivor, merged_id: duplicate });
    await app.settle();
    expect((await owner.client.getComment({ id })).data.related_to_id).toBe(survivor);
    await write(owner, "This one", { related_to_id: survivor });
    await app.settle();
    expect(await listNotices(director, "comment_added", survivor as string)).toHaveLength(1);
  });
});

describe("notifications", () => {
  it("tell those mentioned, then the followers, each once", async () => {
    const comment = await write(director, `See ${mention(team)} and ${mention(tenant.userId)}`);
    await app.settle();
    expect(await listNotices(owner, "comment_mentioned", lead)).toMatchObject([
      { title: expect.stringMatching(/ mentioned you: Zander$/), body: expect.stringMatching(/^See @Harbour and @/) },
    ]);
    expect(await listNotices(owner, "comment_added", lead)).toEqual([]);
    expect(await listNotices(stranger, "comment_mentioned", lead)).toEqual([]);
    await director.client.updateComment({ id: comment.id, content: `See ${mention(team)} and ${mention(owner.id)}` });
    await write(owner, "Will do");
    await app.settle();
    expect(await listNotices(owner, "comment_mentioned", lead)).toHaveLength(1);
    expect(await listNotices(director, "comment_added", lead)).toMatchObject([{ body: "Will do" }]);
    for (const event of events.filter(({ record_id }) => record_id === comment.id))
      await runIn(systemContext(app.ports, tenant.id, "test"), () => onCommentWritten(event));
    expect(await listNotices(owner, "comment_mentioned", lead)).toHaveLength(1);
  });

  it("leave out users who lost sight of the record before a late event", async () => {
    const { id } = await write(director, `Over to ${mention(owner.id)}`);
    const others = await listNotices(owner, "comment_mentioned", lead);
    await director.client.updateLead({ id: lead, owner_id: director.id });
    await app.settle();
    const event = events.find(({ record_id }) => record_id === id) as DomainEvent;
    await runIn(systemContext(app.ports, tenant.id, "test"), () => onCommentWritten(event));
    expect((await listNotices(owner, "comment_mentioned", lead)).length - others.length).toBe(0);
  });

  it("stay off for a follower who stopped following", async () => {
    const state = async ({ client }: TestUser) => {
      const { is_following, reason, followers } = (await client.listLeadFollowers({ id: lead })).data;
      return [is_following, reason, followers.map(({ user_id }) => user_id)];
    };
    expect(await state(owner)).toEqual([true, "OWNER", [owner.id]]);
    await owner.client.unfollowLead({ id: lead });
    await write(owner, "Without me");
    await write(director, "Now me");
    await app.settle();
    expect(await state(owner)).toEqual([false, null, [director.id]]);
    expect(await state(director)).toEqual([true, "COMMENTER", [director.id]]);
    expect(await listNotices(owner, "comment_added", lead)).toEqual([]);
    expect((await owner.client.followLead({ id: lead })).data).toEqual({ is_following: true, reason: "MANUAL" });
    await write(director, "With you");
    await app.settle();
    expect(await listNotices(owner, "comment_added", lead)).toHaveLength(1);
  });
});

it("lists and counts followers who see the record now", async () => {
  const listFollowers = async ({ client }: Pick<TestUser, "client">) =>
    (await client.listLeadFollowers({ id: lead })).data.followers.map(({ user_id, reason }) => [user_id, reason]);
  await director.client.updateLead({ id: lead, owner_id: stranger.id });
  await stranger.client.followLead({ id: lead });
  await director.client.updateLead({ id: lead, owner_id: owner.id });
  await director.client.followLead({ id: lead });
  const all = [
    [owner.id, "OWNER"],
    [director.id, "MANUAL"],
  ];
  expect(await listFollowers(director)).toEqual(all);
  expect(await listFollowers(owner)).toEqual(all);
  await director.client.updateLead({ id: lead, owner_id: stranger.id });
  expect(await listFollowers(director)).toEqual([
    [stranger.id, "MANUAL"],
    [director.id, "MANUAL"],
  ]);
  await director.client.updateLead({ id: lead, owner_id: owner.id });
});

describe("the feed", () => {
  const readFeed = async ({ client }: Pick<TestUser, "client">, query: object = {}) =>
    (await client.readFeed(query)).data.entries.filter(({ record }) => record.id === lead);
  const summarize = (entries: Awaited<ReturnType<typeof readFeed>>) =>
    entries.map(({ type, actor, item }) => [type, actor.id, ...(item ? [item.text] : [])]);

  it("shows changes and comments by record, user, team and follower", async () => {
    const { data: statuses } = await owner.client.listMasters({ kind: "lead-statuses" });
    const contacted = statuses.find(({ code }) => code === "contacted");
    await owner.client.updateLead({ id: lead, lead_status_id: contacted?.id });
    await owner.client.updateLead({ id: lead, company: "Pike" });
    await write(director, `Hm, ${mention(owner.id)}`);
    await app.settle();
    const byOwner = [
      ["changed", owner.id],
      ["status_changed", owner.id],
      ["created", owner.id],
    ];
    const comment = ["commented", director.id, expect.stringMatching(/^Hm, @\w/)];
    const ofRecord = await readFeed(owner, { record_id: lead });
    expect(summarize(ofRecord).filter(([, actor]) => actor !== "system")).toEqual([comment, ...byOwner]);
    expect(ofRecord.find(({ type }) => type === "status_changed")).toMatchObject({
      record: { kind: "lead", title: "Zander" },
      to: contacted?.name,
    });
    expect(ofRecord.find(({ type }) => type === "changed")?.fields).toContain("company");
    expect(summarize(await readFeed(director, { user: owner.id }))).toEqual(byOwner);
    expect(summarize(await readFeed(director, { team }))).toEqual(byOwner);
    expect(summarize(await readFeed(director, { user: "me" }))).toEqual([comment]);
    expect(summarize(await readFeed(owner)).filter(([, actor]) => actor !== "system")).toEqual([comment, ...byOwner]);
    expect(summarize(await readFeed(director)).filter(([, actor]) => actor !== "system")).toEqual([comment, ...byOwner]);
    expect(await readFeed({ client: tenant.admin })).toEqual([]);
    await owner.client.unfollowLead({ id: lead });
    expect(await readFeed(owner)).toEqual([]);
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { data } = await owner.client.readFeed({ record_id: lead, limit: 1, ...(cursor ? { cursor } : {}) });
      expect(data.entries.length).toBeLessThanOrEqual(1);
      pages.push(...data.entries);
      cursor = data.next_cursor;
    }
    expect(pages).toEqual(ofRecord);
  });

  it("continues by its cursor, and refuses the cursor of another list or caller", async () => {
    await write(owner, "One");
    await write(owner, "Two");
    await app.settle();
    const { data: first } = await owner.client.readFeed({ user: "me", limit: 1 });
    const { data: second } = await allowAnyInput(owner.client).readFeed({ user: "me", limit: 1, cursor: first.next_cursor });
    expect([...first.entries, ...second.entries].map(({ item }) => item?.text)).toEqual(["Two", "One"]);
    const cursor = first.next_cursor;
    for (const request of [
      () => allowAnyInput(owner.client).readFeed({ cursor }),
      () => allowAnyInput(director.client).readFeed({ user: "me", cursor }),
      () => owner.client.readFeed({ user: "me", cursor: `${cursor}x` }),
    ])
      expect(await readRejection(request())).toMatchObject({ status: 400, details: [{ field: "cursor" }] });
    expect(await readRejection(owner.client.readFeed({ user: "me", team }))).toMatchObject({
      details: [{ field: "user" }, { field: "team" }],
    });
  });
});

it("tells a colleague without access nothing", async () => {
  const before = { owner: owner.id };
  const text = "Zebrafish";
  const comment = await write(owner, `${text} ${mention(director.id)} ${mention(team)}`);
  await owner.client.updateLead({ id: lead, company: text });
  await app.settle();
  const { client } = stranger;
  const missing = { lead: newId(LEAD), comment: newId(COMMENT) };
  const outcome = async (request: Promise<unknown>) => JSON.stringify(await readRejection(request));
  // Every request about the hidden record or comment answers as one about a missing record.
  for (const request of [
    (id: { lead: string; comment: string }) => client.getComment({ id: id.comment }),
    (id: { lead: string; comment: string }) => client.updateComment({ id: id.comment, content: "x" }),
    (id: { lead: string; comment: string }) => client.deleteComment({ id: id.comment }),
    (id: { lead: string; comment: string }) => client.createComment({ related_to_id: id.lead, content: "x" }),
    (id: { lead: string; comment: string }) => client.listMentionable({ related_to_id: id.lead }),
    (id: { lead: string; comment: string }) => client.followLead({ id: id.lead }),
    (id: { lead: string; comment: string }) => client.unfollowLead({ id: id.lead }),
    (id: { lead: string; comment: string }) => client.listLeadFollowers({ id: id.lead }),
    (id: { lead: string; comment: string }) => client.readFeed({ record_id: id.lead }),
  ]) {
    const hidden = await outcome(request({ lead, comment: comment.id }));
    expect(hidden).not.toBe('"went through"');
    expect(hidden).toBe(await outcome(request(missing)));
  }
  const own = (await client.createLead({ last_name: "Minnow" })).data.id;
  const mine = await write(stranger, "Mine", { related_to_id: own });
  expect(await outcome(write(stranger, "x", { related_to_id: own, reply_to_id: comment.id }))).toBe(
    await outcome(write(stranger, "x", { related_to_id: own, reply_to_id: missing.comment })),
  );
  await app.settle();
  const listed = await client.listComments();
  expect(listed.data.map(({ id }) => id)).toEqual([mine.id]);
  expect(listed.meta.total).toBe(1);
  expect((await client.listComments({ related_to_id: lead })).data).toEqual([]);
  expect((await client.listComments({ search: text })).meta.total).toBe(0);
  const file = await runExport(app, stranger.token, "exportComments", { format: "csv", query: {} });
  expect(file.rows).toHaveLength(1);
  expect(JSON.stringify(file.rows)).not.toContain(text);
  for (const query of [{}, { user: before.owner }, { user: director.id }, { team }, { team: "mine" }]) {
    const { data } = await client.readFeed(query);
    expect(JSON.stringify(data.entries)).not.toContain(lead);
    expect(data.entries.filter(({ actor }) => actor.id !== stranger.id)).toEqual([]);
  }
  expect(JSON.stringify((await client.listNotifications()).data)).not.toContain(text);
});
