import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { timezone: "Pacific/Auckland" });
});
afterAll(() => app.stop());

const createCampaign = async (input: object = {}, owner: Tenant = tenant) =>
  (await owner.admin.createCampaign({ name: "Spring fair", type: "EVENT", start_date: "2026-04-01", ...input })).data;

describe("an activity of a campaign", () => {
  it("is planned, carried out and deleted", async () => {
    const { id } = await createCampaign({ currency: "JPY" });
    const input = { id, name: "Webinar", activity_type: "webinar", channel_id: "email", target_audience_json: { size: 5 } };
    await expect(
      tenant.admin.createCampaignActivity({ ...input, budget: "1.5", owner_id: "usr_000000000000000000" }),
    ).rejects.toMatchObject({
      details: expect.arrayContaining([expect.objectContaining({ field: "budget" })]),
    });
    const { data: activity } = await tenant.admin.createCampaignActivity({
      ...input,
      budget: "1500.00",
      owner_id: tenant.userId,
    });
    expect(activity).toMatchObject({ status: "PLANNED", activity_type: "WEBINAR", budget: "1500", target_audience: { size: 5 } });
    const { data: done } = await tenant.admin.updateCampaignActivity({
      id,
      activity_id: activity.id,
      status: "COMPLETED",
    });
    expect(done).toMatchObject({ status: "COMPLETED", version: 2 });
    const { data: other } = await createCampaign().then((campaign) => tenant.admin.listCampaignActivities({ id: campaign.id }));
    expect(other).toEqual([]);
    expect((await tenant.admin.listCampaignActivities({ id, owner: "me" })).data).toMatchObject([{ id: activity.id }]);
    await tenant.admin.deleteCampaignActivity({ id, activity_id: activity.id });
    expect((await tenant.admin.listCampaignActivities({ id })).data).toEqual([]);
  });
});

const PNG = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\xb0\0\0\x02\x76\x08\x06\0\0\0", "latin1");

async function upload(bytes: Uint8Array, file_name: string, content_type: string): Promise<string> {
  const { data } = await tenant.admin.createUpload({ file_name, content_type, size: bytes.length });
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return data.upload_id;
}

describe("an asset of a campaign", () => {
  it("is an uploaded image with the size of its file", async () => {
    const { id } = await createCampaign();
    const upload_id = await upload(PNG, "banner.png", "image/png");
    const { data: asset } = await tenant.admin.createCampaignAsset({
      id,
      name: "Banner",
      asset_type: "IMAGE",
      upload_id,
    });
    expect(asset).toMatchObject({ format: "png", dimensions: "1200x630", file_size: PNG.length, file_name: "banner.png" });
    const address = { id, asset_id: asset.id };
    await expect(tenant.admin.updateCampaignAsset({ ...address, file_url: "https://cdn.example/x.png" })).rejects.toMatchObject({
      status: 400,
    });
    await tenant.admin.deleteCampaignAsset(address);
    await expect(tenant.admin.createCampaignAsset({ id, name: "Again", asset_type: "IMAGE", upload_id })).rejects.toMatchObject({
      status: 422,
    });
  });

  it("is an address of a file elsewhere", async () => {
    const { id } = await createCampaign();
    const input = { id, name: "Film", asset_type: "VIDEO", dimensions: "1920x1080", tags: ["Spring"] };
    const create = (more: object) => tenant.admin.createCampaignAsset({ ...input, ...more });
    expect((await create({ file_url: "https://cdn.example/film.mp4" })).data).toMatchObject({
      dimensions: "1920x1080",
      upload_id: null,
    });
    for (const wrong of [{}, { file_url: "http://cdn.example/film.mp4" }, { file_url: "https://a.example/", dimensions: "0x5" }])
      await expect(create(wrong)).rejects.toMatchObject({ status: 400 });
    const upload_id = await upload(Buffer.from("no image"), "a.txt", "text/plain");
    await expect(create({ asset_type: "IMAGE", upload_id })).rejects.toMatchObject({ details: [{ field: "upload_id" }] });
    expect((await create({ asset_type: "DOCUMENT", dimensions: undefined, upload_id })).data).toMatchObject({
      format: "text/plain",
      dimensions: null,
    });
  });
});

describe("a campaign from a template", () => {
  it("has the values that the caller leaves out, and the activities of the template", async () => {
    const { data: template } = await tenant.admin.createCampaignTemplate({
      name: "Webinar",
      type: "WEBINAR",
      goal: "RETENTION",
      budget: "500",
      budget_cycle: "MONTHLY",
      channel_ids: ["email", "social_media"],
      duration_days: 14,
      activities: [
        { name: "Invitation", activity_type: "EMAIL", channel_id: "email", offset_days: 0 },
        { name: "Webinar", activity_type: "WEBINAR", offset_days: 10 },
      ],
    });
    const { data: campaign } = await allowAnyInput(tenant.admin).createCampaign({
      template_id: template.id,
      start_date: "2026-04-01",
      goal: "AWARENESS",
      channel_ids: [],
    });
    expect(campaign).toMatchObject({
      name: "Webinar",
      type: "WEBINAR",
      goal: "AWARENESS",
      budget: "500.00",
      budget_cycle: "MONTHLY",
      channel_ids: [],
      end_date: "2026-04-14",
      campaign_template_id: template.id,
    });
    await app.settle();
    const { data: activities } = await tenant.admin.listCampaignActivities({ id: campaign.id, sort: "scheduled_date" });
    expect(activities.map(({ name, scheduled_date }) => [name, scheduled_date])).toEqual([
      ["Invitation", "2026-03-31T11:00:00.000Z"],
      ["Webinar", "2026-04-10T12:00:00.000Z"],
    ]);
    const last = await createCampaign({ campaign_template_id: template.id, start_date: "9999-12-31" });
    expect(last).toMatchObject({ end_date: "9999-12-31", type: "EVENT" });
    await expect(tenant.admin.createCampaign({ start_date: "2026-04-01" })).rejects.toMatchObject({
      details: [{ field: "name", message: "Required" }, { field: "type" }],
    });
    await expect(createCampaign({ template_id: "cte_0000000000000000aa" })).rejects.toMatchObject({ status: 400 });
  });
});

describe("parts of a campaign", () => {
  it("are hidden from users who do not see the campaign", async () => {
    const { client } = await addUser(app, tenant, "SALES_REP");
    const { id } = await createCampaign();
    const { data: activity } = await tenant.admin.createCampaignActivity({ id, name: "Post", activity_type: "CONTENT" });
    await tenant.admin.createCampaignAsset({
      id,
      name: "Film",
      asset_type: "VIDEO",
      file_url: "https://cdn.example/film.mp4",
    });
    await expect(client.listCampaignActivities({ id })).rejects.toMatchObject({ status: 404 });
    await expect(client.listCampaignAssets({ id })).rejects.toMatchObject({ status: 404 });
    const { id: other } = await createCampaign();
    await expect(tenant.admin.deleteCampaignActivity({ id: other, activity_id: activity.id })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe("the timeline of a campaign", () => {
  it("has what happened and what is planned, latest first, in pages, as far as the caller sees it", async () => {
    const { id } = await createCampaign({ name: "Long fair" });
    const planned = { id, name: "Opening", activity_type: "EVENT", scheduled_date: "2999-01-01T09:00:00Z" };
    await tenant.admin.createCampaignActivity(planned);
    await tenant.admin.activateCampaign({ id });
    await tenant.admin.createNote({ related_to_id: id, content: "Bring flyers" });
    await tenant.admin.createActivity({ activity_type_id: "task", subject: "Book the hall", related_to_id: id });
    await tenant.admin.createAttachment({
      related_to_id: id,
      upload_id: await upload(Buffer.from("plan"), "plan.txt", "text/plain"),
    });
    const { data: contactList } = await tenant.admin.createContactList({ name: "Readers" });
    const { data: words } = await tenant.admin.createMessageTemplate({
      name: "Fair",
      channel: "EMAIL",
      subject: "Fair",
      body_html: "<p>Fair</p>",
    });
    const send = { name: "Invitations", campaign_id: id, contact_list_id: contactList.id, template_id: words.id };
    await tenant.admin.createEmailSend(send);
    await app.settle();
    const { data: all } = await tenant.admin.listCampaignTimeline({ id });
    expect(all.map(({ type, title }) => [type, title])).toEqual([
      ["activity", "Opening"],
      ["send", "Invitations"],
      ["attachment", "plan.txt"],
      ["task", "Book the hall"],
      ["note", "Bring flyers"],
      ["change", "DRAFT → IN_PROGRESS"],
    ]);
    const first = await tenant.admin.listCampaignTimeline({ id, limit: 4 });
    const rest = await allowAnyInput(tenant.admin).listCampaignTimeline({ id, limit: 4, cursor: first.meta.next_cursor });
    expect([...first.data, ...rest.data].map((entry) => entry.id)).toEqual(all.map((entry) => entry.id));
    const { client } = await addUser(app, tenant, "SALES_REP");
    await expect(client.listCampaignTimeline({ id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("the owner of a campaign", () => {
  const alerts = async (owner: Tenant) =>
    (await owner.admin.listNotifications({})).data.filter(({ type }) => type === "campaign_budget").map(({ title }) => title);
  const title = (level: number) => `Campaign has used ${level}% of its budget: Spring fair`;

  // These zones always have different days.
  it.each(["Pacific/Kiritimati", "Pacific/Niue"])("is told once of each level in a cycle, in %s", async (timezone) => {
    const owner = await signUp(app, { timezone });
    const { id, created_at } = await createCampaign({ budget: "100", budget_cycle: "DAILY" }, owner);
    const today = instantToDay(timezone, created_at);
    const [yesterday, earlier] = [addDays(today, -1), addDays(today, -2)];
    const spend = async (metric_date: string, cost: string, channel_id = "search_ads") => {
      await owner.admin.createCampaignMetric({ id, channel_id, metric_date, cost });
      await app.settle();
    };
    await spend(today, "79.99");
    expect(await alerts(owner)).toEqual([]);
    await spend(today, "80");
    await spend(today, "85");
    expect(await alerts(owner)).toEqual([title(80)]);
    await spend(earlier, "500");
    await spend(yesterday, "500");
    expect(await alerts(owner)).toEqual([title(80)]);
    await spend(today, "15", "social_ads");
    await spend(today, "30", "social_ads");
    expect(await alerts(owner)).toEqual([title(100), title(80)]);
    const { data: campaign } = await owner.admin.getCampaign({ id });
    expect(campaign.budget_alert).toEqual({ budget_cycle: "DAILY", cycle_start: today, level: 100 });
  });

  it("is told of a budget of the whole campaign when other costs or the budget change", async () => {
    const owner = await signUp(app);
    const { id } = await createCampaign({ budget: "100" }, owner);
    await owner.admin.createCampaignMetric({ id, channel_id: "search_ads", metric_date: "2020-01-01", cost: "50" });
    await app.settle();
    await owner.admin.updateCampaign({ id, other_cost: "30" });
    await app.settle();
    await owner.admin.updateCampaign({ id, budget: "60" });
    await app.settle();
    expect(await alerts(owner)).toEqual([title(100), title(80)]);
    await expect(owner.admin.updateCampaign({ id, currency: "EUR" })).rejects.toMatchObject({ status: 409 });
  });
});
