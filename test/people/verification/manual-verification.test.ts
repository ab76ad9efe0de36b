import { randomUUID } from "node:crypto";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { roles } from "@crm/core/kernel/permission.ts";
import { personGrants } from "@crm/core/people/person/person.kind.ts";
import { loadImportable } from "@crm/core/platform/import/importable.ts";
import { operations } from "@crm/functions/api/index.ts";
import { hasQueryInput, inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { readRejection } from "../../agreements/quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Every way to mark a contact point as verified: setting the flag manually requires its own right. */
let app: App;
let tenant: Tenant;
let rep: TestUser;
let manager: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
  manager = await addUser(app, tenant, "MANAGER");
});
afterAll(() => app.stop());

const FLAG_PATTERN = /"(is_verified|verified_at|verified_by|verified_by_id)"/;
const mentionsFlag = (schema: z.ZodType): boolean =>
  FLAG_PATTERN.test(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
const acceptsFlag = (operation: Operation): boolean => !hasQueryInput(operation.method) && mentionsFlag(inputSchema(operation));
/** The create operation for the items of a batch. */
const findItemOperation = ({ path }: Operation): Operation | undefined =>
  path.endsWith("/batch")
    ? operations.find((operation) => operation.method === "POST" && `${operation.path}/batch` === path)
    : undefined;

const newAddress = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const pointInput = (more: object = {}) => ({ contact_type: "email", contact_value: newAddress(), ...more });
const verifiedPointInput = () => pointInput({ is_verified: true });
type Caller = TestUser["client"];
const listContactPoints = async (id: string) => (await tenant.admin.getPerson({ id })).data.contact_points;
const createUnverifiedPerson = async () => {
  const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points: [pointInput()] });
  return { id: data.id, point_id: data.contact_points[0]?.id ?? "" };
};

/** For each operation that accepts the flag, a call that sets it; returns the person's id if it succeeds. */
const flagSetters: Readonly<Record<string, (as: Caller) => Promise<string>>> = {
  createPerson: async (as) => (await as.createPerson({ first_name: "Ann", contact_points: [verifiedPointInput()] })).data.id,
  addContactPoint: async (as) => {
    const { id } = await createUnverifiedPerson();
    await as.addContactPoint({ id, ...verifiedPointInput() });
    return id;
  },
  updateContactPoint: async (as) => {
    const person = await createUnverifiedPerson();
    await as.updateContactPoint({ ...person, is_verified: true });
    return person.id;
  },
  batchPersons: async (as) => {
    const external_key = randomUUID();
    const items = [{ first_name: "Ann", external_key, contact_points: [verifiedPointInput()] }];
    const { data } = await as.batchPersons({ operation: "create", items });
    const [result] = data.results;
    if (!result?.id) throw { status: result?.status, details: [] };
    return result.id;
  },
};

describe("by hand", () => {
  it("is accepted by these operations only", () => {
    const operationNames = operations
      .filter((operation) => acceptsFlag(findItemOperation(operation) ?? operation))
      .map(({ name }) => name);
    expect(operationNames.sort()).toEqual(Object.keys(flagSetters).sort());
  });

  it("is not accepted in any import column", async () => {
    const entities = domains.flatMap(({ imports = {} }) => Object.keys(imports));
    const columns = await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const all = [];
      for (const entity of entities) all.push(...(await (await loadImportable(entity)).fields()).map(({ name }) => name));
      return all;
    });
    expect(columns.filter((name) => /verified/.test(name))).toEqual([]);
  });

  it.each(Object.keys(flagSetters))("%s requires the permission, and records the user", async (name) => {
    const setFlag = flagSetters[name] ?? expect.fail();
    expect(await readRejection(setFlag(rep.client))).toEqual([403, []]);
    const [point] = (await listContactPoints(await setFlag(manager.client))).filter((contactPoint) => contactPoint.is_verified);
    expect(point).toMatchObject({ verified_by: "staff", verified_by_id: manager.id, verified_at: expect.any(String) });
  });

  it("needs the permission of a role that may write persons", async () => {
    const allowedRoles = [];
    for (const role of roles) {
      const { client: as } = await addUser(app, tenant, role);
      const person = await createUnverifiedPerson();
      if ((await readRejection(as.updateContactPoint({ ...person, is_verified: true }))) === "went through")
        allowedRoles.push(role);
    }
    expect(allowedRoles).toEqual(personGrants.vouch.roles);
  });
});

describe("a verified contact point", () => {
  const createVerifiedPerson = async (more: object = {}) => {
    const contact_points = [{ ...verifiedPointInput(), ...more }];
    const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points });
    return { id: data.id, point_id: data.contact_points[0]?.id ?? "", value: data.contact_points[0]?.contact_value ?? "" };
  };
  const readFlag = async (id: string) => (await listContactPoints(id))[0]?.is_verified;

  it("is unverified after a change of its value, by any user and of any type", async () => {
    for (const [person, contact_value] of [
      [await createVerifiedPerson(), newAddress()],
      [await createVerifiedPerson({ contact_type: "phone", contact_value: "ask for Ann" }), "ask for Bob"],
      [await createVerifiedPerson({ contact_type: "phone", contact_value: "+4915123456701" }), "+4915123456702"],
    ] as const) {
      await rep.client.updateContactPoint({ id: person.id, point_id: person.point_id, contact_value });
      expect((await listContactPoints(person.id))[0]).toMatchObject({
        ...{ is_verified: false, verified_at: null, verified_by: null, verified_by_id: null },
      });
      const again = { id: person.id, point_id: person.point_id, contact_value: `${contact_value}0`, is_verified: true };
      expect(await readRejection(rep.client.updateContactPoint(again))).toEqual([403, []]);
    }
  });

  it("stays verified with the same value, even if sent back by a user without the permission", async () => {
    const { id, point_id, value } = await createVerifiedPerson();
    await rep.client.updateContactPoint({
      id,
      point_id,
      contact_value: value.toUpperCase(),
      is_verified: true,
      is_primary: true,
    });
    expect((await listContactPoints(id))[0]).toMatchObject({
      is_verified: true,
      verified_by: "staff",
      verified_by_id: tenant.userId,
    });
    expect(await readRejection(rep.client.updateContactPoint({ id, point_id, is_verified: false }))).toEqual([403, []]);
    await manager.client.updateContactPoint({ id, point_id, is_verified: false });
    expect(await readFlag(id)).toBe(false);
  });

  it("is not created by a lead, an import row, a resolution or a merge", async () => {
    const email = newAddress();
    const { data: lead } = await rep.client.createLead({ first_name: "Ann", last_name: "Lead", email });
    const { data: resolved } = await rep.client.resolvePerson({ emails: [email] });
    expect(resolved.person.id).toBe(lead.personal_key_id);
    const two = await createUnverifiedPerson();
    await rep.client.mergePersons({ id: lead.personal_key_id, merged_id: two.id });
    const line = { external_key: randomUUID(), contact_points: [{ ...verifiedPointInput(), contact_value: email }] };
    await manager.client.batchPersons({ operation: "upsert", match_on: "email", items: [line] });
    expect((await listContactPoints(lead.personal_key_id)).map(({ is_verified }) => is_verified)).toEqual([false, false]);
    await manager.client.updateContactPoint({ id: lead.personal_key_id, point_id: two.point_id, is_verified: true });
    await rep.client.unmergePersons({ id: lead.personal_key_id, merged_id: two.id });
    expect((await listContactPoints(two.id))[0]).toMatchObject({
      is_verified: true,
      verified_by: "staff",
      verified_by_id: manager.id,
    });
  });
});
