import { randomUUID } from "node:crypto";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { ReachLink } from "@crm/core/suppression/link.ts";
import type { Suppression } from "@crm/core/suppression/reasons.rules.ts";
import { follow } from "@crm/core/suppression/suppression.listener.ts";
import { Suppressions } from "@crm/core/suppression/suppressions.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visit } from "../offer/support.ts";
import { send } from "../pages/support.ts";
import { publishedBy, signUp, startTestApp, type Tenant } from "../support.ts";
import { inTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const channel = "email";
const fresh = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const person = async (address: string) => {
  const contact_points = [{ contact_type: "email", contact_value: address }];
  return (await tenant.admin.createPerson({ first_name: "Ann", contact_points } as never)).data.id;
};
const answersOf = async (id: string) =>
  (await tenant.admin.getPerson({ id })).data.preferences.map(({ purpose, consent }) => [purpose, consent]);
const say = async (address: string, reason: Suppression) => {
  await inTenant(app, tenant, () => Suppressions.add({ channel, address, reason }));
  await app.settle();
};
const reasonsOf = (address: string) => inTenant(app, tenant, () => Suppressions.of(channel, address));

describe("what is said of an address", () => {
  it.each<[Suppression, readonly string[][]]>([
    ["STOP", [["any", "REFUSED"]]],
    ["COMPLAINED", [["any", "REFUSED"]]],
    ["UNSUBSCRIBED", [["marketing", "REFUSED"]]],
    ["BY_HAND", [["marketing", "REFUSED"]]],
    ["BOUNCED", []],
  ])("shows with who has it: %s", async (reason, answers) => {
    const address = fresh();
    const id = await person(address);
    await say(address, reason);
    expect(await answersOf(id)).toEqual(answers);
    await tenant.admin.liftSuppression({ channel, address });
    await app.settle();
    expect(await answersOf(id)).toEqual(answers.map(([purpose]) => [purpose, "NOT_ASKED"]));
  });

  it("by themselves is a consent once it is taken back, and stands in the timeline", async () => {
    const address = fresh();
    const id = await person(address);
    const link = await inTenant(app, tenant, () => ReachLink.linkOf({ channel, address }));
    await send(app, link, "List-Unsubscribe=One-Click");
    await app.settle();
    const { data: moments } = await tenant.admin.listPersonTimeline({ id, type: "change" } as never);
    expect(JSON.stringify(moments)).toContain("preferences");
    await visit(app, link, {}, { channel, act: "in" });
    await app.settle();
    expect(await answersOf(id)).toEqual([["marketing", "ALLOWED"]]);
  });

  it("does not take the place of what they said since", async () => {
    const address = fresh();
    const id = await person(address);
    await inTenant(app, tenant, () => Suppressions.add({ channel, address, reason: "STOP" }));
    await tenant.admin.setPreferences({ id, preferences: [{ channel, consent: "ALLOWED" }] } as never);
    await app.settle();
    expect(await answersOf(id)).toEqual([["any", "ALLOWED"]]);
    expect(await reasonsOf(address)).toEqual(["STOP"]);
  });

  it("lifts nothing that they refused by themselves, before or since", async () => {
    for (const isBefore of [true, false]) {
      const address = fresh();
      const id = await person(address);
      const refuse = () =>
        tenant.admin.setPreferences({ id, preferences: [{ channel, consent: "REFUSED", source: "a letter" }] } as never);
      if (isBefore) await refuse();
      await say(address, "STOP");
      if (!isBefore) await refuse();
      await inTenant(app, tenant, () => Suppressions.lift({ channel, address, reasons: ["STOP"], by: "SELF" }));
      await app.settle();
      const { data } = await tenant.admin.getPerson({ id });
      expect(data.preferences).toMatchObject([{ purpose: "any", consent: "REFUSED", source: "a letter" }]);
    }
  });

  it("is told to whoever they were joined to, and once, however often it is heard", async () => {
    const address = fresh();
    const merged_id = await person(address);
    const { data: survivor } = await tenant.admin.createPerson({ first_name: "Anna" });
    const events = publishedBy(app);
    await inTenant(app, tenant, () => Suppressions.add({ channel, address, reason: "UNSUBSCRIBED" }));
    await tenant.admin.mergePersons({ id: survivor.id, merged_id } as never);
    await app.settle();
    const { data } = await tenant.admin.getPerson({ id: survivor.id });
    expect(await answersOf(survivor.id)).toEqual([["marketing", "REFUSED"]]);
    const heard = events.filter(({ type }) => type.startsWith("suppression."));
    expect(heard.length).toBeGreaterThan(0);
    for (const event of heard) await runIn(systemContext(app.ports, tenant.id, "test"), () => follow(event));
    expect((await tenant.admin.getPerson({ id: survivor.id })).data.version).toBe(data.version);
  });
});

describe("a person who refused and is deleted", () => {
  it("leaves the refusal on the list, until they are restored, and again", async () => {
    const [address, other] = [fresh(), fresh()];
    const id = await person(address);
    const silent = await person(other);
    await tenant.admin.setPreferences({ id, preferences: [{ channel, purpose: "marketing", consent: "REFUSED" }] } as never);
    for (let time = 0; time < 2; time++) {
      for (const each of [id, silent]) await tenant.admin.deletePerson({ id: each });
      await app.settle();
      expect([await reasonsOf(address), await reasonsOf(other)]).toEqual([["BY_HAND"], []]);
      for (const each of [id, silent]) await tenant.admin.restorePerson({ id: each });
      await app.settle();
      expect(await reasonsOf(address)).toEqual([]);
    }
  });

  it("leaves the refusal on the list where somebody else has the address by the time that they are restored", async () => {
    const address = fresh();
    const id = await person(address);
    await tenant.admin.setPreferences({ id, preferences: [{ channel, purpose: "marketing", consent: "REFUSED" }] } as never);
    await tenant.admin.deletePerson({ id });
    await app.settle();
    await person(address);
    await tenant.admin.restorePerson({ id });
    await app.settle();
    expect(await reasonsOf(address)).toEqual(["BY_HAND"]);
  });

  it("keeps what leaders put there themselves", async () => {
    const address = fresh();
    const id = await person(address);
    await tenant.admin.createSuppression({ channel, address });
    await app.settle();
    await tenant.admin.deletePerson({ id });
    await app.settle();
    await tenant.admin.restorePerson({ id });
    await app.settle();
    expect(await reasonsOf(address)).toEqual(["BY_HAND"]);
  });
});
