import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { createSendFixture, type SendFixture } from "../email-send/send-fixture.ts";

let app: App;
let fixture: SendFixture;
let campaign: string;
beforeAll(async () => {
  app = await startTestApp();
  fixture = await createSendFixture(app);
  const { crm } = fixture;
  campaign = (
    await crm.createCampaign({ name: "Spring", type: "EMAIL", status: "IN_PROGRESS", start_date: "2026-01-05" } as never)
  ).data.id;
});
afterAll(() => app.stop());

describe("an A/B test", () => {
  it("is written, changed and deleted while it is a draft", async () => {
    const { crm, template } = fixture;
    const input = {
      id: campaign,
      name: "Which subject",
      tests: "subject",
      template_id: template,
      variants: [{ subject: "One" }, { subject: "Two", share: 3 }],
    };
    const { data: test } = await crm.createCampaignAbTest(input as never);
    expect(test).toMatchObject({
      status: "DRAFT",
      variants: [
        { id: "A", share: 1 },
        { id: "B", subject: "Two", share: 3 },
      ],
    });
    console.log(JSON.stringify(test));
    const path = { id: campaign, ab_test_id: test.id };
    await crm.updateCampaignAbTest({ ...path, name: "x" } as never);
    console.log(JSON.stringify((await crm.getCampaignAbTestResults(path as never)).data));
    console.log(JSON.stringify((await crm.listCampaignAbTests({ id: campaign } as never)).data));
    await crm.deleteCampaignAbTest(path as never);
  });
});
