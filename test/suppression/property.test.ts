import { ReachLink } from "@crm/core/suppression/link.ts";
import type { Suppression } from "@crm/core/suppression/reasons.rules.ts";
import { Suppressions } from "@crm/core/suppression/suppressions.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";
import { visit } from "../offer/support.ts";
import { send } from "../pages/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { inTenant } from "./support.ts";

/** Whatever is said of a number, by whom and in which order, and whatever becomes of who has it: the list says what the rules say. */
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

/** A number, what stands of it by the rules, and the persons who have had it. */
interface Scene {
  address: string;
  link: string;
  stands: Set<Suppression>;
  live: string[];
  deleted: string[];
}

const word = (address: string, reason: Suppression) =>
  inTenant(app, tenant, () => Suppressions.add({ channel, address, reason }));
const lifted = (address: string, reason: Suppression) =>
  inTenant(app, tenant, () => Suppressions.lift({ channel, address, reasons: [reason], by: "SELF" }));
const point = (contact_value: string) => ({ contact_type: "phone", contact_value, is_shared: true });

const acts: Record<string, (scene: Scene) => Promise<void>> = {
  "answers STOP": async ({ address, stands }) => {
    await word(address, "STOP");
    stands.add("STOP");
  },
  "answers START": async ({ address, stands }) => {
    await lifted(address, "STOP");
    stands.delete("STOP");
  },
  "presses once": async ({ link, stands }) => {
    await send(app, link, "List-Unsubscribe=One-Click");
    stands.add("UNSUBSCRIBED");
  },
  "opts in on the page": async ({ link, stands }) => {
    await visit(app, link, {}, { channel, act: "in" });
    stands.delete("UNSUBSCRIBED");
  },
  "only looks": async ({ link }) => {
    await visit(app, link);
  },
  "is noted by staff": async ({ address, stands }) => {
    await tenant.admin.createSuppression({ channel, address });
    stands.add("BY_HAND");
  },
  "is taken off by staff": async ({ address, stands }) => {
    if (stands.size > 0) await tenant.admin.liftSuppression({ channel, address });
    stands.clear();
  },
  bounces: async ({ address, stands }) => {
    await word(address, "BOUNCED");
    stands.add("BOUNCED");
  },
  complains: async ({ address, stands }) => {
    await word(address, "COMPLAINED");
    stands.add("COMPLAINED");
  },
  "is somebody's": async ({ address, live }) => {
    const { data } = await rep.as.createPerson({ first_name: `P${live.length}`, contact_points: [point(address)] } as never);
    live.push(data.id);
  },
  "consents, as staff say": async ({ live }) => {
    const preferences = [{ channel, consent: "ALLOWED" }];
    if (live[0]) await rep.as.setPreferences({ id: live[0], preferences } as never);
  },
  "is joined": async ({ live }) => {
    const [id, merged_id] = live;
    if (!id || !merged_id) return;
    await rep.as.mergePersons({ id, merged_id } as never);
    live.splice(1, 1);
  },
  "is deleted": async ({ live, deleted }) => {
    const id = live.pop();
    if (!id) return;
    await tenant.admin.deletePerson({ id });
    deleted.push(id);
  },
  "is restored": async ({ live, deleted }) => {
    const id = deleted.pop();
    if (!id) return;
    await tenant.admin.restorePerson({ id });
    live.push(id);
  },
  "is heard of late": async () => app.settle(),
};

it("stands as it was said", async () => {
  const chance = chanceOf("what is said of an address");
  const names = Object.keys(acts);
  for (let run = 0; run < RUNS; run++) {
    const address = `+49151234567${String(run).padStart(2, "0")}`;
    const link = await inTenant(app, tenant, () => ReachLink.linkOf({ channel, address }));
    const scene: Scene = { address, link, stands: new Set(), live: [], deleted: [] };
    const done: string[] = [];
    for (let step = 0; step < STEPS; step++) {
      const name = names[Math.floor(chance() * names.length)] ?? "";
      done.push(name);
      await acts[name]?.(scene);
      const reasons = await inTenant(app, tenant, () => Suppressions.of(channel, address));
      expect([...reasons].sort(), done.join(", ")).toEqual([...scene.stands].sort());
    }
    await app.settle();
    const after = await inTenant(app, tenant, () => Suppressions.of(channel, address));
    expect([...after].sort(), `${done.join(", ")}, and all is heard`).toEqual([...scene.stands].sort());
  }
});
