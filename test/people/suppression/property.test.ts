import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import type { SuppressionReason } from "@crm/core/people/suppression/reasons.rules.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { postForm } from "../../functions/pages/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { runInTenant } from "./support.ts";

/** The suppression list follows the rules after every sequence of reports about a number and of changes to its persons. */
let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const RUNS = 12;
const STEPS = 16;
const channel = "sms";

/** A number, its suppression reasons by the rules, and the persons who have had it. */
interface Scene {
  address: string;
  link: string;
  reasons: Set<SuppressionReason>;
  livePersons: string[];
  deletedPersons: string[];
}

const addReason = (address: string, reason: SuppressionReason) =>
  runInTenant(app, tenant, () => Suppressions.add({ channel, address, reason }));
const liftReason = (address: string, reason: SuppressionReason) =>
  runInTenant(app, tenant, () => Suppressions.lift({ channel, address, reasons: [reason], by: "SELF" }));
const phonePoint = (contact_value: string) => ({ contact_type: "phone", contact_value, is_shared: true });

const actions: Record<string, (scene: Scene) => Promise<void>> = {
  "answers STOP": async ({ address, reasons: activeReasons }) => {
    await addReason(address, "STOP");
    activeReasons.add("STOP");
  },
  "answers START": async ({ address, reasons: activeReasons }) => {
    await liftReason(address, "STOP");
    activeReasons.delete("STOP");
  },
  "presses once": async ({ link, reasons: activeReasons }) => {
    await postForm(app, link, "List-Unsubscribe=One-Click");
    activeReasons.add("UNSUBSCRIBED");
  },
  "opts in on the page": async ({ link, reasons: activeReasons }) => {
    await requestPage(app, link, {}, { channel, act: "in" });
    activeReasons.delete("UNSUBSCRIBED");
  },
  "only looks": async ({ link }) => {
    await requestPage(app, link);
  },
  "is noted by staff": async ({ address, reasons: activeReasons }) => {
    await tenant.admin.createSuppression({ channel, address });
    activeReasons.add("BY_HAND");
  },
  "is taken off by staff": async ({ address, reasons: activeReasons }) => {
    if (activeReasons.size > 0) await tenant.admin.liftSuppression({ channel, address });
    activeReasons.clear();
  },
  bounces: async ({ address, reasons: activeReasons }) => {
    await addReason(address, "BOUNCED");
    activeReasons.add("BOUNCED");
  },
  complains: async ({ address, reasons: activeReasons }) => {
    await addReason(address, "COMPLAINED");
    activeReasons.add("COMPLAINED");
  },
  "belongs to a person": async ({ address, livePersons: live }) => {
    const { data } = await rep.client.createPerson({
      first_name: `P${live.length}`,
      contact_points: [phonePoint(address)],
    });
    live.push(data.id);
  },
  "consents, as staff say": async ({ livePersons: live }) => {
    const preferences = [{ channel, consent: "ALLOWED" }];
    if (live[0]) await rep.client.setPreferences({ id: live[0], preferences });
  },
  "is joined": async ({ livePersons: live }) => {
    const [id, merged_id] = live;
    if (!id || !merged_id) return;
    await rep.client.mergePersons({ id, merged_id });
    live.splice(1, 1);
  },
  "is deleted": async ({ livePersons: live, deletedPersons: deleted }) => {
    const id = live.pop();
    if (!id) return;
    await tenant.admin.deletePerson({ id });
    deleted.push(id);
  },
  "is restored": async ({ livePersons: live, deletedPersons: deleted }) => {
    const id = deleted.pop();
    if (!id) return;
    await tenant.admin.restorePerson({ id });
    live.push(id);
  },
  "is heard of late": async () => app.settle(),
};

it("the suppression list matches the rules after random changes by any party", async () => {
  const chance = createTestRandom("what is said of an address");
  const names = Object.keys(actions);
  for (let run = 0; run < RUNS; run++) {
    const address = `+49151234567${String(run).padStart(2, "0")}`;
    const link = await runInTenant(app, tenant, () => PreferencesLink.buildLink({ channel, address }));
    const scene: Scene = { address, link, reasons: new Set(), livePersons: [], deletedPersons: [] };
    const done: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      const name = names[Math.floor(chance() * names.length)] ?? "";
      done.push(name);
      await actions[name]?.(scene);
      const reasons = await runInTenant(app, tenant, () => Suppressions.readReasons(channel, address));
      expect([...reasons].sort(), done.join(", ")).toEqual([...scene.reasons].sort());
    }
    await app.settle();
    const after = await runInTenant(app, tenant, () => Suppressions.readReasons(channel, address));
    expect([...after].sort(), `${done.join(", ")}, and all is heard`).toEqual([...scene.reasons].sort());
  }
});
