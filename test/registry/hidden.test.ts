import { createHash } from "node:crypto";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { allows, type Role, roles } from "@crm/core/kernel/permission.ts";
import { allCollections } from "@crm/core/storage/table/collections.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startApp } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, startTestApp, type TestUser } from "../support.ts";
import { actsOn, type Input, inputFor, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Records that somebody may not see, for every operation that takes or gives such: a word is planted in all that the administrator
 * writes of them, and colleagues who see none of it ask. A kind is among them by what its collection says of who sees it.
 */
const PLANTED = "PLANTED";

const hash = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE();

/** Who goes by owners; the others see all. */
const bounded: readonly Role[] = roles.filter((role) => role !== "ADMIN" && role !== "DIRECTOR");

/** Where records stand that not everybody sees. */
const paths = await (async () => {
  const app = await startApp({ data: "memory", logFrom: "error", loops: false });
  const all = await runIn(systemContext(app.ports, undefined, "test"), allCollections);
  await app.stop();
  const hidden = all.filter(({ definition: { owner, about, revealed } }) => owner ?? about ?? revealed);
  return new Set([...hidden.flatMap(({ kind }) => kind.path?.split("/")[1] ?? []), "activities"]);
})();

const asked = operations.filter(
  ({ path, access, takesFile }) =>
    typeof access === "object" && !takesFile && !path.endsWith("/import") && paths.has(path.split("/")[1] ?? ""),
);

/** What is typed says another word than what is planted, so that an answer may repeat it. */
const typed = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll(PLANTED, "TYPED").replaceAll(PLANTED.toLowerCase(), "typed");
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [String(typed(name)), typed(each)]));
};

let app: App;
let world: World;
const colleagues = new Map<string, TestUser>();
beforeAll(async () => {
  app = await startTestApp();
  const plain = await makeWorld(app, "PLAIN");
  const { admin } = plain.tenant;
  // What all of the tenant see says another word than its records.
  world = { ...plain, fillings: { ...plain.fillings, mark: PLANTED } };
  const ids = { ...plain.fillings.ids };
  const lead = (await admin.createLead({ first_name: `${PLANTED}-f`, last_name: `${PLANTED}-l`, notes: PLANTED })).data;
  Object.assign(ids, { lead: lead.id, person: lead.personal_key_id });
  ids.customer = (await admin.createCustomer({ name: `${PLANTED} company`, notes: PLANTED })).data.id;
  const named = { first_name: `${PLANTED}-c`, last_name: `${PLANTED}-d`, customer_id: ids.customer };
  ids.contact = (await admin.createContact(named)).data.id;
  ids.opportunity = (await admin.createOpportunity({ name: `${PLANTED} deal`, customer_id: ids.customer } as never)).data.id;
  world.fillings = { ...world.fillings, ids };
  const { data: team } = await admin.createTeam({ name: "Elsewhere" });
  for (const role of bounded) colleagues.set(role, await addUser(app, plain.tenant, role, { team_id: team.id }));
  await app.settle();
});
afterAll(() => app.stop());

const may = ({ access }: Operation, role: Role): boolean => allows([role], access as never);

const cases = asked.flatMap((operation) => {
  const some = bounded.filter((role) => may(operation, role));
  const role = some[hash(operation.name) % some.length];
  return role ? [[operation.name, role, operation] as const] : [];
});

it.each(cases)("%s shows a %s nothing of what they may not see", async (name, role, operation) => {
  const input = typed(await inputFor(app, world, operation)) as Input;
  await app.settle();
  const visibility = hash(name) % 2 ? "own" : "team";
  await world.tenant.admin.updateTenant({ settings: { visibility } } as never);
  const answer = await sendAs(app, colleagues.get(role)?.token, operation, input);
  const told = JSON.stringify(answer).toUpperCase();
  expect(told.slice(Math.max(0, told.indexOf(PLANTED) - 200)).slice(0, told.includes(PLANTED) ? 400 : 0)).toBe("");
  expect(answer.status).toBeLessThan(500);
  if (actsOn(operation)) expect([operation.path, answer.status]).toEqual([operation.path, 404]);
});
