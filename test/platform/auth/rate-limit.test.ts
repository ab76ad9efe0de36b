import { type ApiError, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { stayInWindow } from "./throttle-window.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const keyRequests = Array.from({ length: 40 }, () => tenant.admin.createApiKey({ name: "Robot", role: "ADMIN" }));
  keys = (await Promise.all(keyRequests)).map(({ data }) => data.key);
});
beforeEach(async () => {
  await setLimit(null);
  stayInWindow(app, 60, 20);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

let keys: string[] = [];

/** A client with an unused API key. */
const freshClient = () => createClient(inProcessTransport(app, keys.pop() ?? expect.fail("No more keys")));

async function setLimit(rate_limit_per_minute: number | null): Promise<void> {
  await freshClient().updateTenant({ settings: { rate_limit_per_minute } });
}

/** Sends `count` requests at once and counts those that pass. */
async function sendBurst(client: { me(): Promise<unknown> }, count: number): Promise<{ passed: number; refused: ApiError[] }> {
  const answers = await Promise.allSettled(Array.from({ length: count }, () => client.me()));
  const refusals = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as ApiError] : []));
  for (const refusal of refusals) expect(refusal).toMatchObject({ status: 429, code: "RATE_LIMITED" });
  return { passed: count - refusals.length, refused: refusals };
}

const createUser = (): Promise<TestUser> => addUser(app, tenant, "USER");

describe("the rate limit", () => {
  it("accepts exactly a hundred of two hundred concurrent requests, and returns when to retry", async () => {
    const user = await createUser();
    const { passed: passedCount, refused: refusals } = await sendBurst(user.client, 200);
    expect(passedCount).toBe(100);
    const wait = Number(refusals[0]?.headers["retry-after"]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await sendBurst(user.client, 20)).passed).toBe(0);
    app.setClock({ advance: wait * 1000 });
    expect((await sendBurst(user.client, 150)).passed).toBe(100);
  });

  it("counts sequential requests like concurrent ones", async () => {
    const user = await createUser();
    await setLimit(25);
    let passedCount = 0;
    for (let n = 0; n < 40; n++) passedCount += (await sendBurst(user.client, 1)).passed;
    expect(passedCount).toBe(25);
  });

  it("is counted per user across sessions, and separately for other users", async () => {
    const [user, colleague] = [await createUser(), await createUser()];
    await setLimit(20);
    const { data } = await createClient(inProcessTransport(app)).login({ email: user.email, password: "Correct-Horse-9000" });
    const second = createClient(inProcessTransport(app, data.access_token));
    expect((await sendBurst(user.client, 15)).passed).toBe(15);
    expect((await sendBurst(second, 15)).passed).toBe(5);
    expect((await sendBurst(colleague.client, 30)).passed).toBe(20);
  });

  it("is counted for each API key separately", async () => {
    await setLimit(20);
    for (const robot of [freshClient(), freshClient()]) {
      const answers = await Promise.allSettled(Array.from({ length: 30 }, () => robot.listLeads()));
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    }
  });

  it("counts requests rejected for another reason too", async () => {
    const user = await createUser();
    await setLimit(10);
    for (let n = 0; n < 10; n++) await expect(user.client.createTeam({ name: "x" })).rejects.toMatchObject({ status: 403 });
    await expect(user.client.createTeam({ name: "x" })).rejects.toMatchObject({ status: 429 });
  });

  it("applies a change at once, and used requests stay counted", async () => {
    const user = await createUser();
    await setLimit(20);
    expect((await sendBurst(user.client, 30)).passed).toBe(20);
    await setLimit(50);
    expect((await sendBurst(user.client, 60)).passed).toBe(30);
    await setLimit(30);
    expect((await sendBurst(user.client, 10)).passed).toBe(0);
  });

  it("counts used requests, not reserved ones, when it is lowered", async () => {
    const user = await createUser();
    await setLimit(100_000);
    expect((await sendBurst(user.client, 15)).passed).toBe(15);
    await setLimit(40);
    expect((await sendBurst(user.client, 40)).passed).toBe(25);
  });
});
