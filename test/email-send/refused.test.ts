import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, startTestApp } from "../support.ts";
import { type Sends, sends } from "./sends.ts";

/** What sends are refused for, and what their lists find. */

let app: App;
let on: Sends;
let list: string;
let segment: string;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  on = await sends(app);
  list = await on.list([await on.contact()]);
  segment = await on.segment([await on.individual()]);
});
afterAll(() => app.stop());

const named = (fields: readonly string[]) => ({ details: fields.map((field) => expect.objectContaining({ field })) });

describe("a send is made", () => {
  it.each([
    ["without an audience", () => ({}), ["segment_id"]],
    ["with two", () => ({ segment_id: segment, contact_list_id: list }), ["contact_list_id"]],
    ["to what is not there", () => ({ segment_id: "seg_000000000000000000" }), ["segment_id"]],
    ["without a template", () => ({ contact_list_id: list, template_id: undefined }), ["template_id"]],
    [
      "of a template that is not there",
      () => ({ contact_list_id: list, template_id: "mtp_000000000000000000" }),
      ["template_id"],
    ],
    ["by nobody's account", () => ({ contact_list_id: list, sender_id: "mla_000000000000000000" }), ["sender_id"]],
    ["without a name and an audience", () => ({ name: "" }), ["name", "segment_id"]],
    ["with what it does not take", () => ({ contact_list_id: list, no_such_field: 1 }), ["no_such_field"]],
  ] as const)("not %s", async (_, more, fields) => {
    const said = { name: "Spring", template_id: on.template, ...more() };
    await expect(on.crm.createEmailSend(said as never)).rejects.toMatchObject({ status: 400, ...named(fields) });
  });

  it("by leaders and marketers, and read by all", async () => {
    const rep = await addUser(app, on.tenant, "SALES_REP");
    const said = { name: "Spring", template_id: on.template, contact_list_id: list };
    await expect(rep.as.createEmailSend(said as never)).rejects.toMatchObject({ status: 403 });
    const id = await on.draft({ contact_list_id: list });
    expect((await rep.as.getEmailSend({ id })).data).toMatchObject({ id, send_status: "DRAFT" });
    await expect(rep.as.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 403 });
    const marketer = await addUser(app, on.tenant, "MARKETER");
    expect((await marketer.as.createEmailSend(said as never)).data).toMatchObject({ owner_id: marketer.id });
  });

  it("and changed to another audience, one or the other", async () => {
    const id = await on.draft({ contact_list_id: list });
    await expect(on.crm.updateEmailSend({ id, segment_id: segment })).rejects.toMatchObject({
      ...{ status: 400, ...named(["contact_list_id"]) },
    });
    const { data } = await on.crm.updateEmailSend({ id, segment_id: segment, contact_list_id: null });
    expect(data).toMatchObject({ segment_id: segment, contact_list_id: null });
  });
});

describe("a send is scheduled", () => {
  let templates = 0;
  const template = async (more: object): Promise<string> =>
    (await on.crm.createMessageTemplate({ name: "Other", code: `other_${++templates}`, ...more } as never)).data.id;

  it.each([
    ["in the past", () => "2026-11-25T19:59:59.000Z"],
    ["more than a year ahead", () => "2028-01-01T00:00:00.000Z"],
    ["at no instant", () => "tomorrow"],
  ])("not %s", async (_, at) => {
    const id = await on.draft({ contact_list_id: list });
    await expect(on.crm.scheduleEmailSend({ id, scheduled_send_time: at() })).rejects.toMatchObject({
      ...{ status: 400, ...named(["scheduled_send_time"]) },
    });
    expect((await on.crm.getEmailSend({ id })).data).toMatchObject({ send_status: "DRAFT", version: 1 });
  });

  it("not with a template that is off, of text messages, or gone; nor to a segment that is gone", async () => {
    const off = await template({ subject: "Hello", body_text: "Words", is_active: false });
    const sms = await template({ channel: "SMS", body_text: "Words" });
    const gone = await template({ subject: "Hello", body_text: "Words" });
    const { data: over } = await on.crm.createSegment({ name: "Over" });
    const [last, audience] = [
      await on.draft({ contact_list_id: list, template_id: gone }),
      await on.draft({ segment_id: over.id }),
    ];
    await on.crm.deleteMessageTemplate({ id: gone });
    await on.crm.deleteSegment({ id: over.id });
    const drafts = [await on.draft({ contact_list_id: list, template_id: off }), last];
    drafts.push(await on.draft({ contact_list_id: list, template_id: sms }));
    for (const id of drafts)
      await expect(on.crm.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 422, ...named(["template_id"]) });
    await expect(on.crm.scheduleEmailSend({ id: audience })).rejects.toMatchObject({ status: 422, ...named(["segment_id"]) });
  });

  it("not without an account, nor by one that is gone", async () => {
    const own = await sends(app);
    const to = { contact_list_id: await own.list([await own.contact()]) };
    const [usual, chosen] = [await own.draft(to), await own.draft({ ...to, sender_id: own.account })];
    await own.crm.deleteMailAccount({ id: own.account });
    for (const id of [usual, chosen])
      await expect(own.crm.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 422, ...named(["sender_id"]) });
  });

  it("and what waits cannot come to say what could not be sent", async () => {
    const id = await on.draft({ contact_list_id: list });
    await on.crm.scheduleEmailSend({ id, scheduled_send_time: "2026-12-24T08:00:00.000Z" });
    const template_id = await template({ subject: "Hello", body_text: "Words", is_active: false });
    await expect(on.crm.updateEmailSend({ id, template_id })).rejects.toMatchObject({ status: 422, ...named(["template_id"]) });
    await expect(on.crm.deleteEmailSend({ id })).rejects.toMatchObject({ status: 422, ...named(["send_status"]) });
    await on.crm.cancelEmailSend({ id });
  });
});

describe("a send that has begun", () => {
  it("does not change, is sent no second time, and can be deleted and restored once it is over", async () => {
    const own = await sends(app);
    const id = await own.draft({ contact_list_id: await own.list([await own.contact()]) });
    await own.crm.scheduleEmailSend({ id });
    const state = { status: 422, ...named(["send_status"]) };
    expect((await own.crm.getEmailSend({ id })).data.send_status).toBe("SENDING");
    await expect(own.crm.updateEmailSend({ id, name: "Other" })).rejects.toMatchObject(state);
    await expect(own.crm.scheduleEmailSend({ id })).rejects.toMatchObject(state);
    await expect(own.crm.unscheduleEmailSend({ id })).rejects.toMatchObject(state);
    await app.settle();
    expect((await own.crm.getEmailSend({ id })).data).toMatchObject({ send_status: "SENT", recipients_count: 1 });
    await expect(own.crm.updateEmailSend({ id, name: "Other" })).rejects.toMatchObject(state);
    await own.crm.deleteEmailSend({ id });
    await expect(own.crm.getEmailSend({ id })).rejects.toMatchObject({ status: 404 });
    expect((await own.crm.restoreEmailSend({ id })).data).toMatchObject({ send_status: "SENT", deleted_at: null });
  });

  it("is called off by itself where it cannot go out any more, and says why", async () => {
    const own = await sends(app);
    const reader = await own.contact();
    const id = await own.draft({ contact_list_id: await own.list([reader]) });
    await own.crm.scheduleEmailSend({ id });
    await own.crm.updateMessageTemplate({ id: own.template, is_active: false });
    await app.settle();
    const { data } = await own.crm.getEmailSend({ id });
    expect(data).toMatchObject({ send_status: "CANCELLED", finished_at: expect.any(String) });
    expect(data.error).toMatch(/template_id: It is not active/);
    expect(own.got([reader])).toEqual([[]]);
  });
});

describe("sends are listed", () => {
  it("by status, campaign and time", async () => {
    const own = await sends(app);
    const to = { contact_list_id: await own.list([await own.contact()]) };
    const [draft, early, late] = [
      await own.draft({ ...to, campaign_id: "spring" }),
      await own.draft({ ...to, campaign_id: "spring" }),
      await own.draft({ ...to, campaign_id: "autumn" }),
    ];
    await own.crm.scheduleEmailSend({ id: early, scheduled_send_time: "2026-12-01T08:00:00.000Z" });
    await own.crm.scheduleEmailSend({ id: late, scheduled_send_time: "2026-12-20T08:00:00.000Z" });
    await app.settle();
    const found = async (query: object) => (await own.crm.listEmailSends(query as never)).data.map(({ id }) => id).sort();
    expect(await found({})).toEqual([draft, early, late].sort());
    expect(await found({ status: "SCHEDULED" })).toEqual([early, late].sort());
    expect(await found({ campaign: "spring" })).toEqual([draft, early].sort());
    expect(await found({ campaign: "spring", status: "DRAFT" })).toEqual([draft]);
    expect(await found({ "scheduled_send_time[gte]": "2026-12-10", "scheduled_send_time[lt]": "2027-01-01" })).toEqual([late]);
    const { data } = await own.crm.listEmailSends({ sort: "scheduled_send_time", order: "asc" });
    expect(data.map(({ id }) => id)).toEqual([early, late]);
  });
});
