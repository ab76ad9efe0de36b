import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type Role, roles, rolesGrant } from "@crm/core/kernel/permission.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startApp } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { operationKind } from "./operation-sample.ts";
import { type Input, inputFor, makeWorld, sendAs, takesRecordId, type World } from "./world.ts";

/**
 * Hidden records, for a sample of the operations that read or write them: all texts that the administrator writes contain a planted word.
 * Users of each permitted role who cannot see the records then call the operations, under each visibility setting. The collection's
 * visibility definition decides which kinds are tested.
 */
const PLANTED_WORD = "PLANTED";

/** Roles restricted by record owners; the other roles see all records. */
const boundedRoles: readonly Role[] = roles.filter((role) => role !== "ADMIN" && role !== "DIRECTOR");

/** Paths of records with restricted visibility, and the paths below them that every user sees, such as customer segments. */
const [hiddenPaths, openPaths] = await (async () => {
  const app = await startApp({ data: "memory", logFrom: "error", runsInBackground: false });
  const all = await runIn(systemContext(app.ports, undefined, "test"), loadAllCollections);
  await app.stop();
  const isOpen = ({ definition: { owner, subject: subjectField, derivedVisibility: revealed } }: (typeof all)[number]) =>
    !(owner ?? subjectField ?? revealed);
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
  hiddenPaths.has(path.split("/")[1] ?? "") && !openPaths.some((openPath) => `${path}/`.startsWith(`${openPath}/`));

const isAllowed = ({ access }: Operation, role: Role): boolean => typeof access === "object" && rolesGrant([role], access);

/** Replaces the planted word in the caller's input, because an answer may repeat that input. */
const replacePlanted = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll(PLANTED_WORD, "TYPED").replaceAll(PLANTED_WORD.toLowerCase(), "typed");
  if (Array.isArray(value)) return value.map(replacePlanted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, fieldValue]) => [String(replacePlanted(name)), replacePlanted(fieldValue)]),
  );
};

const listCallers = (operation: Operation): readonly Role[] => boundedRoles.filter((role) => isAllowed(operation, role));

const cases = selectSample(
  operations.filter((operation) => !operation.takesFile && listCallers(operation).length > 0),
  { name: ({ name }) => name, kind: (operation) => `${isHidden(operation)} ${operationKind(operation)}` },
).map((operation) => [operation.name, listCallers(operation), operation] as const);

/** Users cannot change a record that they cannot see, so all of them get the same input. */
const inputs = new Map<Operation, Input>();

let app: App;
/** Records that the whole tenant sees, with another word than the hidden ones. */
let plainWorld: World;
let world: World;
const colleagues = new Map<Role, TestUser>();
beforeAll(async () => {
  app = await startTestApp();
  plainWorld = await makeWorld(app, "PLAIN");
  const { admin } = plainWorld.tenant;
  plainWorld.sharedIds = new Map();
  world = { ...plainWorld, seeds: { ...plainWorld.seeds, mark: PLANTED_WORD }, sharedIds: new Map() };
  const ids = { ...plainWorld.seeds.ids };
  const lead = (await admin.createLead({ first_name: `${PLANTED_WORD}-f`, last_name: `${PLANTED_WORD}-l`, notes: PLANTED_WORD }))
    .data;
  Object.assign(ids, { lead: lead.id, person: lead.personal_key_id });
  ids.customer = (await admin.createCustomer({ name: `${PLANTED_WORD} company`, notes: PLANTED_WORD })).data.id;
  const contactInput = { first_name: `${PLANTED_WORD}-c`, last_name: `${PLANTED_WORD}-d`, customer_id: ids.customer };
  ids.contact = (await admin.createContact(contactInput)).data.id;
  ids.opportunity = (await admin.createOpportunity({ name: `${PLANTED_WORD} deal`, customer_id: ids.customer })).data.id;
  ids.deal = (await admin.createDeal({ name: `${PLANTED_WORD} agreed`, customer_id: ids.customer })).data.id;
  ids.quote = (await admin.createQuote({ name: `${PLANTED_WORD} offered`, customer_id: ids.customer })).data.id;
  const potentialInput = { personal_key_id: ids.person, interested_products: [`${PLANTED_WORD} boat`] };
  ids.potential = (await admin.createPotential(potentialInput)).data.id;
  world.seeds = { ...world.seeds, ids };
  const { data: team } = await admin.createTeam({ name: "Elsewhere" });
  for (const role of boundedRoles) colleagues.set(role, await addUser(app, plainWorld.tenant, role, { team_id: team.id }));
  for (const [, , operation] of cases)
    inputs.set(operation, replacePlanted(await inputFor(app, isHidden(operation) ? world : plainWorld, operation)) as Input);
  await app.settle();
});
afterAll(() => app.stop());

const excerptPlanted = (text: string): string => {
  const index = text.toUpperCase().indexOf(PLANTED_WORD);
  return index < 0 ? "" : text.slice(Math.max(0, index - 200), index + 200);
};

describe.each(["own", "team"] as const)("under %s", (visibility) => {
  beforeAll(() => world.tenant.admin.updateTenant({ settings: { visibility } }));

  it.each(cases)("%s shows no hidden data to %s", async (_, callers, operation) => {
    const input = inputs.get(operation) as Input;
    for (const role of callers) {
      const answer = await sendAs(app, colleagues.get(role)?.token, operation, input);
      expect([role, excerptPlanted(JSON.stringify(answer))]).toEqual([role, ""]);
      expect(answer.status).toBeLessThan(500);
      if (isHidden(operation) && takesRecordId(operation))
        expect([role, operation.path, answer.status]).toEqual([role, operation.path, 404]);
    }
  });

  it("exported files contain no hidden data either", async () => {
    await app.settle();
    let files = 0;
    for (const [role, { client: as, token }] of colleagues) {
      for (const { id, status } of (await as.listExports({ limit: 100 })).data) {
        if (status !== "completed") continue;
        files++;
        expect([role, excerptPlanted(JSON.stringify(await sendAs(app, token, exportFileOperation, { id })))]).toEqual([role, ""]);
      }
    }
    expect(files).toBeGreaterThan(boundedRoles.length);
  });
});

it("operations on all data are not available to roles with limited visibility", () => {
  const tenantWideOperations = operations.filter(({ name, path }) => name === "lookUpPersons" || path.startsWith("/audit"));
  expect(tenantWideOperations.length).toBeGreaterThan(3);
  for (const operation of tenantWideOperations)
    expect([operation.name, boundedRoles.filter((role) => isAllowed(operation, role))]).toEqual([operation.name, []]);
});

const exportFileOperation = operations.find(({ name }) => name === "getExportFile") as Operation;
