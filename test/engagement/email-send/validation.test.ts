import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, createCampaign, startTestApp } from "../../support/app.ts";
import { createSendFixture, type SendFixture } from "./send-fixture.ts";

/** Rejected sends, and the filters of their lists. */

let app: App;
let fixture: SendFixture;
let listId: string;
let segmentId: string;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  fixture = await createSendFixture(app);
  listId = await fixture.list([await fixture.contact()]);
  segmentId = await fixture.segment([await fixture.individual()]);
});
afterAll(() => app.stop());

const detailsOnFields = (fields: readonly string[]) => ({ details: fields.map((field) => expect.objectContaining({ field })) });

describe("the creation of a send", () => {
  it.each([
    ["without an audience", () => ({}), ["segment_id"]],
    ["with two", () => ({ segment_id: segmentId, contact_list_id: listId }), ["contact_list_id"]],
    ["to what is not there", () => ({ segment_id: "seg_000000000000000000" }), ["segment_id"]],
    ["without a template", () => ({ contact_list_id: listId, template_id: undefined }), ["template_id"]],
    [
      "of a template that is not there",
      () => ({ contact_list_id: listId, template_id: "mtp_000000000000000000" }),
      ["template_id"],
    ],
    ["with an unknown account", () => ({ contact_list_id: listId, sender_id: "mla_000000000000000000" }), ["sender_id"]],
    ["without a name and an audience", () => ({ name: "" }), ["name", "segment_id"]],
    ["with an unknown field", () => ({ contact_list_id: listId, no_such_field: 1 }), ["no_such_field"]],
  ] as const)("not %s", async (_, more, fields) => {
    const input = { name: "Spring", template_id: fixture.template, ...more() };
    await expect(fixture.crm.createEmailSend(input)).rejects.toMatchObject({ status: 400, ...detailsOnFields(fields) });
  });

  it("is for leaders and marketers, and all users can read it", async () => {
    const rep = await addUser(app, fixture.tenant, "SALES_REP");
    const input = { name: "Spring", template_id: fixture.template, contact_list_id: listId };
    await expect(rep.client.createEmailSend(input)).rejects.toMatchObject({ status: 403 });
    const id = await fixture.draft({ contact_list_id: listId });
    expect((await rep.client.getEmailSend({ id })).data).toMatchObject({ id, send_status: "DRAFT" });
    await expect(rep.client.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 403 });
    const marketer = await addUser(app, fixture.tenant, "MARKETER");
    expect((await marketer.client.createEmailSend(input)).data).toMatchObject({ owner_id: marketer.id });
  });

  it("can be followed by a change to another audience, one or the other", async () => {
    const id = await fixture.draft({ contact_list_id: listId });
    await expect(fixture.crm.updateEmailSend({ id, segment_id: segmentId })).rejects.toMatchObject({
      ...{ status: 400, ...detailsOnFields(["contact_list_id"]) },
    });
    const { data } = await fixture.crm.updateEmailSend({ id, segment_id: segmentId, contact_list_id: null });
    expect(data).toMatchObject({ segment_id: segmentId, contact_list_id: null });
  });
});

describe("the scheduling of a send", () => {
  let templates = 0;
  const template = async (more: object): Promise<string> =>
    (await fixture.crm.createMessageTemplate({ name: "Other", code: `other_${++templates}`, ...more })).data.id;

  it.each([
    ["in the past", () => "2026-11-25T19:59:59.000Z"],
    ["more than a year ahead", () => "2028-01-01T00:00:00.000Z"],
    ["at no instant", () => "tomorrow"],
  ])("not %s", async (_, buildTime) => {
    const id = await fixture.draft({ contact_list_id: listId });
    await expect(fixture.crm.scheduleEmailSend({ id, scheduled_send_time: buildTime() })).rejects.toMatchObject({
      ...{ status: 400, ...detailsOnFields(["scheduled_send_time"]) },
    });
    expect((await fixture.crm.getEmailSend({ id })).data).toMatchObject({ send_status: "DRAFT", version: 1 });
  });

  it("is rejected with an inactive, SMS or deleted template, or a deleted segment", async () => {
    const inactiveTemplate = await template({ subject: "Hello", body_text: "Words", is_active: false });
    const sms = await template({ channel: "SMS", body_text: "Words" });
    const deletedTemplate = await template({ subject: "Hello", body_text: "Words" });
    const { data: deletedSegment } = await fixture.crm.createSegment({ name: "Over" });
    const [last, audience] = [
      await fixture.draft({ contact_list_id: listId, template_id: deletedTemplate }),
      await fixture.draft({ segment_id: deletedSegment.id }),
    ];
    await fixture.crm.deleteMessageTemplate({ id: deletedTemplate });
    await fixture.crm.deleteSegment({ id: deletedSegment.id });
    const drafts = [await fixture.draft({ contact_list_id: listId, template_id: inactiveTemplate }), last];
    drafts.push(await fixture.draft({ contact_list_id: listId, template_id: sms }));
    for (const id of drafts)
      await expect(fixture.crm.scheduleEmailSend({ id })).rejects.toMatchObject({
        status: 422,
        ...detailsOnFields(["template_id"]),
      });
    await expect(fixture.crm.scheduleEmailSend({ id: audience })).rejects.toMatchObject({
      status: 422,
      ...detailsOnFields(["segment_id"]),
    });
  });

  it("is rejected without an account or with a deleted one", async () => {
    const freshFixture = await createSendFixture(app);
    const to = { contact_list_id: await freshFixture.list([await freshFixture.contact()]) };
    const [usual, accountDraft] = [
      await freshFixture.draft(to),
      await freshFixture.draft({ ...to, sender_id: freshFixture.account }),
    ];
    await freshFixture.crm.deleteMailAccount({ id: freshFixture.account });
    for (const id of [usual, accountDraft])
      await expect(freshFixture.crm.scheduleEmailSend({ id })).rejects.toMatchObject({
        status: 422,
        ...detailsOnFields(["sender_id"]),
      });
  });

  it("protects the send from a change that could not be sent", async () => {
    const id = await fixture.draft({ contact_list_id: listId });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: "2026-12-24T08:00:00.000Z" });
    const template_id = await template({ subject: "Hello", body_text: "Words", is_active: false });
    await expect(fixture.crm.updateEmailSend({ id, template_id })).rejects.toMatchObject({
      status: 422,
      ...detailsOnFields(["template_id"]),
    });
    await expect(fixture.crm.deleteEmailSend({ id })).rejects.toMatchObject({ status: 422, ...detailsOnFields(["send_status"]) });
    await fixture.crm.cancelEmailSend({ id });
  });
});

describe("a started send", () => {
  it("cannot be changed or sent again, and can be deleted and restored once it is finished", async () => {
    const freshFixture = await createSendFixture(app);
    const id = await freshFixture.draft({ contact_list_id: await freshFixture.list([await freshFixture.contact()]) });
    await freshFixture.crm.scheduleEmailSend({ id });
    const state = { status: 422, ...detailsOnFields(["send_status"]) };
    expect((await freshFixture.crm.getEmailSend({ id })).data.send_status).toBe("SENDING");
    await expect(freshFixture.crm.updateEmailSend({ id, name: "Other" })).rejects.toMatchObject(state);
    await expect(freshFixture.crm.scheduleEmailSend({ id })).rejects.toMatchObject(state);
    await expect(freshFixture.crm.unscheduleEmailSend({ id })).rejects.toMatchObject(state);
    await app.settle();
    expect((await freshFixture.crm.getEmailSend({ id })).data).toMatchObject({ send_status: "SENT", recipients_count: 1 });
    await expect(freshFixture.crm.updateEmailSend({ id, name: "Other" })).rejects.toMatchObject(state);
    await freshFixture.crm.deleteEmailSend({ id });
    await expect(freshFixture.crm.getEmailSend({ id })).rejects.toMatchObject({ status: 404 });
    expect((await freshFixture.crm.restoreEmailSend({ id })).data).toMatchObject({ send_status: "SENT", deleted_at: null });
  });

  it("is cancelled with the reason if it can no longer be sent", async () => {
    const freshFixture = await createSendFixture(app);
    const reader = await freshFixture.contact();
    const id = await freshFixture.draft({ contact_list_id: await freshFixture.list([reader]) });
    await freshFixture.crm.scheduleEmailSend({ id });
    await freshFixture.crm.updateMessageTemplate({ id: freshFixture.template, is_active: false });
    await app.settle();
    const { data } = await freshFixture.crm.getEmailSend({ id });
    expect(data).toMatchObject({ send_status: "CANCELLED", finished_at: expect.any(String) });
    expect(data.error).toMatch(/template_id: The template is not active/);
    expect(freshFixture.listReceivedSubjects([reader])).toEqual([[]]);
  });
});

describe("the list of sends", () => {
  it("filters by status, campaign and time", async () => {
    const freshFixture = await createSendFixture(app);
    const to = { contact_list_id: await freshFixture.list([await freshFixture.contact()]) };
    const campaign = await createCampaign(freshFixture.crm);
    const [draft, early, late] = [
      await freshFixture.draft({ ...to, campaign_id: campaign }),
      await freshFixture.draft({ ...to, campaign_id: campaign }),
      await freshFixture.draft({ ...to, campaign_id: await createCampaign(freshFixture.crm, "Autumn") }),
    ];
    await freshFixture.crm.scheduleEmailSend({ id: early, scheduled_send_time: "2026-12-01T08:00:00.000Z" });
    await freshFixture.crm.scheduleEmailSend({ id: late, scheduled_send_time: "2026-12-20T08:00:00.000Z" });
    await app.settle();
    const listSendIds = async (query: object) =>
      (await allowAnyInput(freshFixture.crm).listEmailSends(query)).data.map(({ id }) => id).sort();
    expect(await listSendIds({})).toEqual([draft, early, late].sort());
    expect(await listSendIds({ status: "SCHEDULED" })).toEqual([early, late].sort());
    expect(await listSendIds({ campaign })).toEqual([draft, early].sort());
    expect(await listSendIds({ campaign, status: "DRAFT" })).toEqual([draft]);
    expect(await listSendIds({ "scheduled_send_time[gte]": "2026-12-10", "scheduled_send_time[lt]": "2027-01-01" })).toEqual([
      late,
    ]);
    const { data } = await freshFixture.crm.listEmailSends({ sort: "scheduled_send_time", order: "asc" });
    expect(data.map(({ id }) => id)).toEqual([early, late]);
  });
});
