import { randomUUID } from "node:crypto";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import type { SuppressionReason } from "@crm/core/people/suppression/reasons.rules.ts";
import { onRefusalEvent } from "@crm/core/people/suppression/suppression.listener.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { postForm } from "../../functions/pages/support.ts";
import { recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const channel = "email";
const newAddress = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const createPerson = async (address: string) => {
  const contact_points = [{ contact_type: "email", contact_value: address }];
  return (await tenant.admin.createPerson({ first_name: "Ann", contact_points })).data.id;
};
const listPreferences = async (id: string) =>
  (await tenant.admin.getPerson({ id })).data.preferences.map(({ purpose, consent }) => [purpose, consent]);
const addSuppression = async (address: string, reason: SuppressionReason) => {
  await runInTenant(app, tenant, () => Suppressions.add({ channel, address, reason }));
  await app.settle();
};
const listReasons = (address: string) => runInTenant(app, tenant, () => Suppressions.readReasons(channel, address));

describe("suppression reasons of an address", () => {
  it.each<[SuppressionReason, readonly string[][]]>([
    ["STOP", [["any", "REFUSED"]]],
    ["COMPLAINED", [["any", "REFUSED"]]],
    ["UNSUBSCRIBED", [["marketing", "REFUSED"]]],
    ["BY_HAND", [["marketing", "REFUSED"]]],
    ["BOUNCED", []],
  ])("are shown as preferences of its person: %s", async (reason, answers) => {
    const address = newAddress();
    const id = await createPerson(address);
    await addSuppression(address, reason);
    expect(await listPreferences(id)).toEqual(answers);
    await tenant.admin.liftSuppression({ channel, address });
    await app.settle();
    expect(await listPreferences(id)).toEqual(answers.map(([purpose]) => [purpose, "NOT_ASKED"]));
  });

  it("set by the person themselves become consent once lifted, and are in the timeline", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    const link = await runInTenant(app, tenant, () => PreferencesLink.buildLink({ channel, address }));
    await postForm(app, link, "List-Unsubscribe=One-Click");
    await app.settle();
    const { data: moments } = await tenant.admin.listPersonTimeline({ id, type: "change" });
    expect(JSON.stringify(moments)).toContain("preferences");
    await requestPage(app, link, {}, { channel, act: "in" });
    await app.settle();
    expect(await listPreferences(id)).toEqual([["marketing", "ALLOWED"]]);
  });

  it("do not replace a later answer of the person", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    await runInTenant(app, tenant, () => Suppressions.add({ channel, address, reason: "STOP" }));
    await tenant.admin.setPreferences({ id, preferences: [{ channel, consent: "ALLOWED" }] });
    await app.settle();
    expect(await listPreferences(id)).toEqual([["any", "ALLOWED"]]);
    expect(await listReasons(address)).toEqual(["STOP"]);
  });

  it("do not lift the person's own refusals, earlier or later", async () => {
    for (const isBefore of [true, false]) {
      const address = newAddress();
      const id = await createPerson(address);
      const refuse = () =>
        tenant.admin.setPreferences({ id, preferences: [{ channel, consent: "REFUSED", source: "a letter" }] });
      if (isBefore) await refuse();
      await addSuppression(address, "STOP");
      if (!isBefore) await refuse();
      await runInTenant(app, tenant, () => Suppressions.lift({ channel, address, reasons: ["STOP"], by: "SELF" }));
      await app.settle();
      const { data } = await tenant.admin.getPerson({ id });
      expect(data.preferences).toMatchObject([{ purpose: "any", consent: "REFUSED", source: "a letter" }]);
    }
  });

  it("are applied to the survivor of a merge, once, despite repeated events", async () => {
    const address = newAddress();
    const merged_id = await createPerson(address);
    const { data: survivor } = await tenant.admin.createPerson({ first_name: "Anna" });
    const events = recordPublishedEvents(app);
    await runInTenant(app, tenant, () => Suppressions.add({ channel, address, reason: "UNSUBSCRIBED" }));
    await tenant.admin.mergePersons({ id: survivor.id, merged_id });
    await app.settle();
    const { data } = await tenant.admin.getPerson({ id: survivor.id });
    expect(await listPreferences(survivor.id)).toEqual([["marketing", "REFUSED"]]);
    const suppressionEvents = events.filter(({ type }) => type.startsWith("suppression."));
    expect(suppressionEvents.length).toBeGreaterThan(0);
    for (const event of suppressionEvents) await runIn(systemContext(app.ports, tenant.id, "test"), () => onRefusalEvent(event));
    expect((await tenant.admin.getPerson({ id: survivor.id })).data.version).toBe(data.version);
  });
});

describe("a person with a refusal who is deleted", () => {
  it("leaves the refusal on the list until their restore, repeatedly", async () => {
    const [address, otherAddress] = [newAddress(), newAddress()];
    const id = await createPerson(address);
    const silent = await createPerson(otherAddress);
    await tenant.admin.setPreferences({ id, preferences: [{ channel, purpose: "marketing", consent: "REFUSED" }] });
    for (let time = 0; time < 2; time++) {
      for (const personId of [id, silent]) await tenant.admin.deletePerson({ id: personId });
      await app.settle();
      expect([await listReasons(address), await listReasons(otherAddress)]).toEqual([["BY_HAND"], []]);
      for (const personId of [id, silent]) await tenant.admin.restorePerson({ id: personId });
      await app.settle();
      expect(await listReasons(address)).toEqual([]);
    }
  });

  it("leaves the refusal on the list if another person has the address when they are restored", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    await tenant.admin.setPreferences({ id, preferences: [{ channel, purpose: "marketing", consent: "REFUSED" }] });
    await tenant.admin.deletePerson({ id });
    await app.settle();
    await createPerson(address);
    await tenant.admin.restorePerson({ id });
    await app.settle();
    expect(await listReasons(address)).toEqual(["BY_HAND"]);
  });

  it("preserves entries made by leaders", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    await tenant.admin.createSuppression({ channel, address });
    await app.settle();
    await tenant.admin.deletePerson({ id });
    await app.settle();
    await tenant.admin.restorePerson({ id });
    await app.settle();
    expect(await listReasons(address)).toEqual(["BY_HAND"]);
  });
});
