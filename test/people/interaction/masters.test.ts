import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const listValues = async (kind: string) => (await tenant.admin.listMasters({ kind, limit: 100 })).data;

it("a new tenant has the default types of interactions, and some are recorded automatically", async () => {
  const types = await listValues("interaction-types");
  const codes = types.map(({ code }) => code);
  for (const code of ["phone", "email", "in_person", "video_call", "chat", "social_media"]) expect(codes).toContain(code);
  for (const code of ["call", "meeting", "demo", "presentation", "follow_up", "support"]) expect(codes).toContain(code);
  const trackable = types.filter(({ is_trackable }) => is_trackable).map(({ code }) => code);
  expect(trackable).toEqual(["email", "email_opened", "email_clicked", "website_visit", "form_submission", "download"]);
  expect(types.every(({ icon }) => icon)).toBe(true);
});

it("a new tenant has channels, some with required consent, and communication types", async () => {
  const channels = await listValues("communication-channels");
  expect(channels.map(({ name, is_opt_in_required }) => [name, is_opt_in_required])).toEqual([
    ["Email", false],
    ["Phone", false],
    ["SMS", true],
    ["WhatsApp", true],
    ["LinkedIn", false],
  ]);
  expect((await listValues("communication-types")).map(({ code }) => code)).toContain("call");
});
