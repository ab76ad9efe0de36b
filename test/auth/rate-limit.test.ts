import { createClient, type Refused } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, inProcess, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { stayInWindow } from "./window.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const made = Array.from({ length: 40 }, () => tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" }));
  keys = (await Promise.all(made)).map(({ data }) => data.key);
});
beforeEach(async () => {
  await limitTo(null);
  stayInWindow(app, 60, 20);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

let keys: string[] = [];

/** As a key that has used nothing yet. */
const fresh = () => createClient(inProcess(app, keys.pop() ?? expect.fail("No more keys")));

async function limitTo(rate_limit_per_minute: number | null): Promise<void> {
  await fresh().updateTenant({ settings: { rate_limit_per_minute } });
}

/** How many of so many requests at once go through. */
async function burst(who: { me(): Promise<unknown> }, count: number): Promise<{ passed: number; refused: Refused[] }> {
  const answers = await Promise.allSettled(Array.from({ length: count }, () => who.me()));
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as Refused] : []));
  for (const refusal of refused) expect(refusal).toMatchObject({ status: 429, code: "RATE_LIMITED" });
  return { passed: count - refused.length, refused };
}

const newUser = (): Promise<TestUser> => addUser(app, tenant, "USER");

describe("the rate limit", () => {
  it("lets exactly a hundred of two hundred requests at once pass, and says when to come back", async () => {
    const user = await newUser();
    const { passed, refused } = await burst(user.as, 200);
    expect(passed).toBe(100);
    const wait = Number(refused[0]?.headers["retry-after"]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await burst(user.as, 20)).passed).toBe(0);
    app.setClock({ advance: wait * 1000 });
    expect((await burst(user.as, 150)).passed).toBe(100);
  });

  it("counts one after the other as it counts at once", async () => {
    const user = await newUser();
    await limitTo(25);
    let passed = 0;
    for (let n = 0; n < 40; n++) passed += (await burst(user.as, 1)).passed;
    expect(passed).toBe(25);
  });

  it("counts a user, however many sessions they have, and nobody else", async () => {
    const [user, colleague] = [await newUser(), await newUser()];
    await limitTo(20);
    const { data } = await createClient(inProcess(app)).login({ email: user.email, password: "Correct-Horse-9000" });
    const second = createClient(inProcess(app, data.access_token));
    expect((await burst(user.as, 15)).passed).toBe(15);
    expect((await burst(second, 15)).passed).toBe(5);
    expect((await burst(colleague.as, 30)).passed).toBe(20);
  });

  it("counts each API key by itself", async () => {
    await limitTo(20);
    for (const robot of [fresh(), fresh()]) {
      const answers = await Promise.allSettled(Array.from({ length: 30 }, () => robot.listLeads()));
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    }
  });

  it("counts what is refused for another reason too", async () => {
    const user = await newUser();
    await limitTo(10);
    for (let n = 0; n < 10; n++) await expect(user.as.createTeam({ name: "x" })).rejects.toMatchObject({ status: 403 });
    await expect(user.as.createTeam({ name: "x" })).rejects.toMatchObject({ status: 429 });
  });

  it("is the new one at once when it is changed, and what was used stays used", async () => {
    const user = await newUser();
    await limitTo(20);
    expect((await burst(user.as, 30)).passed).toBe(20);
    await limitTo(50);
    expect((await burst(user.as, 60)).passed).toBe(30);
    await limitTo(30);
    expect((await burst(user.as, 10)).passed).toBe(0);
  });

  it("counts what was used, and not what was only set aside, when it is lowered", async () => {
    const user = await newUser();
    await limitTo(1_000_000);
    expect((await burst(user.as, 15)).passed).toBe(15);
    await limitTo(40);
    expect((await burst(user.as, 40)).passed).toBe(25);
  });
});
