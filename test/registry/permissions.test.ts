import { allows, type Role, roles } from "@crm/core/kernel/permission.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireAnswer } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, startTestApp, type TestUser } from "../support.ts";
import { actsOn, inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * For every operation of the registry: it succeeds for its own tenant, whose data is full of marks; then the same
 * input, with the same ids, is sent as nobody, as each role and by another tenant. Each gets the declared answer, and
 * no mark comes out in any answer, header or log. New operations are covered by being in the registry.
 */
let app: App;
let own: World;
let foreign: World;
const users = new Map<Role, TestUser>();
const logged: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ log: { write: (...line) => logged.push(JSON.stringify(line)) } });
  own = await makeWorld(app, MARK);
  foreign = await makeWorld(app, "OTHER");
  await own.tenant.admin.updateTenant({ settings: { visibility: "all" } });
  for (const role of roles) users.set(role, await addUser(app, own.tenant, role));
}, 120_000);
afterAll(() => app.stop());

/** Status, and what was said where it was no. */
const told = ({ status, body }: WireAnswer): string => `${status} ${status < 300 ? "" : body.slice(0, 300)}`;
const wrote = (answer: WireAnswer): string => JSON.stringify(answer);

describe.each(operations.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  it("succeeds with generated input, and answers as it declares", async () => {
    // What concerns the caller's own sign-in is done by somebody who is not needed afterwards.
    const who = operation.access === "signed_in" ? await addUser(app, own.tenant, "USER") : undefined;
    const answer = await sendAs(app, who?.token ?? own.tenant.token, operation, await inputFor(app, own, operation, who));
    expect(answer.body.slice(0, 1000)).toBe(
      answer.status === operation.status ? answer.body.slice(0, 1000) : `status ${operation.status}`,
    );
    if (operation.kind === "raw") return;
    const { success, data } = JSON.parse(answer.body);
    expect(success).toBe(true);
    const rows = operation.kind === "list" ? data : [data];
    for (const row of rows) {
      const parsed = operation.output.safeParse(row);
      expect(parsed.error?.issues ?? []).toEqual([]);
      if (operation.links) expect(row.links.self).toMatch(/^\/api\/v1\//);
    }
    if (operation.kind === "record") expect(answer.headers.etag).toBe(`"${data.version}"`);
  });

  if (operation.access === "public") return;

  it("refuses nobody and a forged token", async () => {
    const input = await inputFor(app, own, operation, users.get("USER"));
    const forged = `${own.tenant.token.split(".").slice(0, 2).join(".")}.AAAA`;
    for (const token of [undefined, forged, "crm_unknown"]) {
      const answer = await sendAs(app, token, operation, input);
      expect(answer.status).toBe(401);
      expect(wrote(answer)).not.toContain(MARK);
    }
  });

  it.each(roles)("answers %s as declared", async (role) => {
    const anybody = operation.access === "signed_in";
    const user = anybody ? await addUser(app, own.tenant, role) : (users.get(role) as TestUser);
    const answer = await sendAs(app, user.token, operation, await inputFor(app, own, operation, user));
    const allowed = anybody || allows([role], operation.access as never);
    expect(told(answer)).toBe(`${allowed ? operation.status : 403} ${told(answer).slice(4)}`);
    if (!allowed) expect(wrote(answer)).not.toContain(MARK);
  });

  it("shows and does nothing to another tenant", async () => {
    const anybody = operation.access === "signed_in";
    const who = anybody ? await addUser(app, foreign.tenant, "USER") : undefined;
    const input = await inputFor(app, own, operation, anybody ? users.get("USER") : undefined);
    const theirs = await inputFor(app, foreign, operation, who);
    // Their own words, our ids: whatever comes back with our mark has leaked.
    const mixed = mix(input, theirs);
    const answer = await sendAs(app, who?.token ?? foreign.tenant.token, operation, mixed);
    expect(answer.status).toBeLessThan(500);
    if (actsOn(operation)) expect([answer.status, JSON.parse(answer.body).error?.code]).toEqual([404, "NOT_FOUND"]);
    expect(wrote(answer)).not.toContain(MARK);
    expect(wrote(answer)).not.toContain(MARK.toLowerCase());
  });
});

it("keeps every value out of the log", async () => {
  await app.settle();
  expect(logged.length).toBeGreaterThan(operations.length);
  const leaking = logged.filter((line) => line.toUpperCase().includes(MARK) || line.includes("OTHER-"));
  expect(leaking).toEqual([]);
});

const ID = /^[a-z]{3}_[0-9a-z]{18}/;

/** `theirs`, with every id of `input` in the place where it stands. */
function mix(input: Record<string, unknown>, theirs: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(theirs).map(([field, value]) => {
    const ours = input[field];
    const isId = [ours].flat().every((each) => typeof each === "string" && ID.test(each));
    return [field, isId && ours !== undefined ? ours : value];
  });
  return Object.fromEntries(entries);
}
