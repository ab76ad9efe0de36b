import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { allows, type Role, roles } from "@crm/core/kernel/permission.ts";
import { allCollections } from "@crm/core/storage/table/collections.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startApp } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampled } from "../sample.ts";
import { addUser, startTestApp, type TestUser } from "../support.ts";
import { kindOfOperation } from "./operation-sample.ts";
import { actsOn, type Input, inputFor, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Records that somebody may not see, for a sample of the operations that take or give such: a word is planted in all that the administrator
 * writes of them, and colleagues of each role that may ask, who see none of it, do, under each setting. A kind is among them by
 * what its collection says of who sees it.
 */
const PLANTED = "PLANTED";

/** Who goes by owners; the others see all. */
const bounded: readonly Role[] = roles.filter((role) => role !== "ADMIN" && role !== "DIRECTOR");

/** Where records stand that not everybody sees; and below these, such as segments of customers, that everybody sees. */
const [paths, open] = await (async () => {
  const app = await startApp({ data: "memory", logFrom: "error", loops: false });
  const all = await runIn(systemContext(app.ports, undefined, "test"), allCollections);
  await app.stop();
  const isOpen = ({ definition: { owner, about, revealed } }: (typeof all)[number]) => !(owner ?? about ?? revealed);
  const hidden = all.filter((collection) => !isOpen(collection));
  const below = all.filter(isOpen).flatMap(({ kind }) => kind.path ?? []);
  const paths = new Set([
    ...hidden.flatMap(({ kind }) => kind.path?.split("/")[1] ?? []),
    "activities",
    "imports",
    "exports",
    "uploads",
  ]);
  return [paths, below.filter((path) => paths.has(path.split("/")[1] ?? "") && path.split("/").length > 2)] as const;
})();

const isHidden = ({ path }: Operation): boolean =>
  paths.has(path.split("/")[1] ?? "") && !open.some((each) => `${path}/`.startsWith(`${each}/`));

const may = ({ access }: Operation, role: Role): boolean => typeof access === "object" && allows([role], access);

/** What is typed says another word than what is planted, so that an answer may repeat it. */
const typed = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll(PLANTED, "TYPED").replaceAll(PLANTED.toLowerCase(), "typed");
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [String(typed(name)), typed(each)]));
};

const callersOf = (operation: Operation): readonly Role[] => bounded.filter((role) => may(operation, role));

const cases = sampled(
  operations.filter((operation) => !operation.takesFile && callersOf(operation).length > 0),
  { name: ({ name }) => name, kind: (operation) => `${isHidden(operation)} ${kindOfOperation(operation)}` },
).map((operation) => [operation.name, callersOf(operation), operation] as const);

/** What a colleague may not see they cannot use up: the same does for each of them. */
const inputs = new Map<Operation, Input>();

let app: App;
/** What all of the tenant see says another word than its records. */
let plain: World;
let world: World;
const colleagues = new Map<Role, TestUser>();
beforeAll(async () => {
  app = await startTestApp();
  plain = await makeWorld(app, "PLAIN");
  const { admin } = plain.tenant;
  plain.shared = new Map();
  world = { ...plain, fillings: { ...plain.fillings, mark: PLANTED }, shared: new Map() };
  const ids = { ...plain.fillings.ids };
  const lead = (await admin.createLead({ first_name: `${PLANTED}-f`, last_name: `${PLANTED}-l`, notes: PLANTED })).data;
  Object.assign(ids, { lead: lead.id, person: lead.personal_key_id });
  ids.customer = (await admin.createCustomer({ name: `${PLANTED} company`, notes: PLANTED })).data.id;
  const named = { first_name: `${PLANTED}-c`, last_name: `${PLANTED}-d`, customer_id: ids.customer };
  ids.contact = (await admin.createContact(named)).data.id;
  ids.opportunity = (await admin.createOpportunity({ name: `${PLANTED} deal`, customer_id: ids.customer } as never)).data.id;
  ids.deal = (await admin.createDeal({ name: `${PLANTED} agreed`, customer_id: ids.customer } as never)).data.id;
  ids.quote = (await admin.createQuote({ name: `${PLANTED} offered`, customer_id: ids.customer } as never)).data.id;
  const mine = { personal_key_id: ids.person, interested_products: [`${PLANTED} boat`] };
  ids.potential = (await admin.createPotential(mine as never)).data.id;
  world.fillings = { ...world.fillings, ids };
  const { data: team } = await admin.createTeam({ name: "Elsewhere" });
  for (const role of bounded) colleagues.set(role, await addUser(app, plain.tenant, role, { team_id: team.id }));
  for (const [, , operation] of cases)
    inputs.set(operation, typed(await inputFor(app, isHidden(operation) ? world : plain, operation)) as Input);
  await app.settle();
});
afterAll(() => app.stop());

const shown = (told: string): string => {
  const at = told.toUpperCase().indexOf(PLANTED);
  return at < 0 ? "" : told.slice(Math.max(0, at - 200), at + 200);
};

describe.each(["own", "team"] as const)("under %s", (visibility) => {
  beforeAll(() => world.tenant.admin.updateTenant({ settings: { visibility } }));

  it.each(cases)("%s shows nothing of what they may not see to %s", async (_, callers, operation) => {
    const input = inputs.get(operation) as Input;
    for (const role of callers) {
      const answer = await sendAs(app, colleagues.get(role)?.token, operation, input);
      expect([role, shown(JSON.stringify(answer))]).toEqual([role, ""]);
      expect(answer.status).toBeLessThan(500);
      if (isHidden(operation) && actsOn(operation))
        expect([role, operation.path, answer.status]).toEqual([role, operation.path, 404]);
    }
  });

  it("the files that they asked for hold nothing of it either", async () => {
    await app.settle();
    let files = 0;
    for (const [role, { as, token }] of colleagues) {
      for (const { id, status } of (await as.listExports({ limit: 100 })).data) {
        if (status !== "completed") continue;
        files++;
        expect([role, shown(JSON.stringify(await sendAs(app, token, file, { id })))]).toEqual([role, ""]);
      }
    }
    expect(files).toBeGreaterThan(bounded.length);
  });
});

it("what counts or tells all there is can be asked by nobody who sees less", () => {
  const whole = operations.filter(({ name, path }) => name === "lookUpPersons" || path.startsWith("/audit"));
  expect(whole.length).toBeGreaterThan(3);
  for (const operation of whole)
    expect([operation.name, bounded.filter((role) => may(operation, role))]).toEqual([operation.name, []]);
});

const file = operations.find(({ name }) => name === "getExportFile") as Operation;
