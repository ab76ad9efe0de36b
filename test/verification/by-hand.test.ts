import { randomUUID } from "node:crypto";
import { domains } from "@crm/core/domains.ts";
import { importableNamed } from "@crm/core/jobs/import/importable.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { roles } from "@crm/core/kernel/permission.ts";
import { personGrants } from "@crm/core/person/person.domain.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputOf, inQuery, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { refusal } from "../quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";

/** Every way by which somebody could say that a contact point is verified: by hand it takes a right of its own. */
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

const flags = /"(is_verified|verified_at|verified_by|verified_by_id)"/;
const says = (schema: z.ZodType): boolean =>
  flags.test(JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
const takesIt = (each: Operation): boolean => !inQuery(each.method) && says(inputOf(each));
/** Of a batch, what makes one of its items. */
const itemOf = ({ path }: Operation): Operation | undefined =>
  path.endsWith("/batch") ? operations.find((each) => each.method === "POST" && `${each.path}/batch` === path) : undefined;

const fresh = (): string => `${randomUUID().slice(0, 8)}@mail.example`;
const typed = (more: object = {}) => ({ contact_type: "email", contact_value: fresh(), ...more });
const verified = () => typed({ is_verified: true });
type As = TestUser["as"];
const stored = async (id: string) => (await tenant.admin.getPerson({ id })).data.contact_points;
const plain = async () => {
  const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points: [typed()] } as never);
  return { id: data.id, point_id: data.contact_points[0]?.id ?? "" };
};

/** How each operation that takes the flag is asked to set it; the id of the person, where it went through. */
const ways: Readonly<Record<string, (as: As) => Promise<string>>> = {
  createPerson: async (as) => (await as.createPerson({ first_name: "Ann", contact_points: [verified()] } as never)).data.id,
  addContactPoint: async (as) => {
    const { id } = await plain();
    await as.addContactPoint({ id, ...verified() } as never);
    return id;
  },
  updateContactPoint: async (as) => {
    const one = await plain();
    await as.updateContactPoint({ ...one, is_verified: true });
    return one.id;
  },
  batchPersons: async (as) => {
    const external_key = randomUUID();
    const items = [{ first_name: "Ann", external_key, contact_points: [verified()] }];
    const { data } = await as.batchPersons({ operation: "create", items });
    const [result] = data.results;
    if (!result?.id) throw { status: result?.status, details: [] };
    return result.id;
  },
};

describe("by hand", () => {
  it("it is said by these operations, and by no other", () => {
    const found = operations.filter((each) => takesIt(itemOf(each) ?? each)).map(({ name }) => name);
    expect(found.sort()).toEqual(Object.keys(ways).sort());
  });

  it("and by no column of a file", async () => {
    const entities = domains.flatMap(({ imports = {} }) => Object.keys(imports));
    const columns = await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const all = [];
      for (const entity of entities) all.push(...(await (await importableNamed(entity)).fields()).map(({ name }) => name));
      return all;
    });
    expect(columns.filter((name) => /verified/.test(name))).toEqual([]);
  });

  it.each(Object.keys(ways))("%s asks for the right, and keeps who did it", async (name) => {
    const way = ways[name] ?? expect.fail();
    expect(await refusal(way(rep.as))).toEqual([403, []]);
    const [point] = (await stored(await way(manager.as))).filter((each) => each.is_verified);
    expect(point).toMatchObject({ verified_by: "staff", verified_by_id: manager.id, verified_at: expect.any(String) });
  });

  it("takes the right of a role that may write persons at all", async () => {
    const held = [];
    for (const role of roles) {
      const { as } = await addUser(app, tenant, role);
      const one = await plain();
      if ((await refusal(as.updateContactPoint({ ...one, is_verified: true }))) === "went through") held.push(role);
    }
    expect(held).toEqual(personGrants.vouch.roles);
  });
});

describe("what is verified", () => {
  const proved = async (more: object = {}) => {
    const contact_points = [{ ...verified(), ...more }];
    const { data } = await tenant.admin.createPerson({ first_name: "Ann", contact_points } as never);
    return { id: data.id, point_id: data.contact_points[0]?.id ?? "", value: data.contact_points[0]?.contact_value ?? "" };
  };
  const flagOf = async (id: string) => (await stored(id))[0]?.is_verified;

  it("is so no more with another value, whoever changes it, and of whatever type it is", async () => {
    for (const [one, contact_value] of [
      [await proved(), fresh()],
      [await proved({ contact_type: "phone", contact_value: "ask for Ann" }), "ask for Bob"],
      [await proved({ contact_type: "phone", contact_value: "+4915123456701" }), "+4915123456702"],
    ] as const) {
      await rep.as.updateContactPoint({ id: one.id, point_id: one.point_id, contact_value });
      expect((await stored(one.id))[0]).toMatchObject({
        ...{ is_verified: false, verified_at: null, verified_by: null, verified_by_id: null },
      });
      const again = { id: one.id, point_id: one.point_id, contact_value: `${contact_value}0`, is_verified: true };
      expect(await refusal(rep.as.updateContactPoint(again))).toEqual([403, []]);
    }
  });

  it("stays so where the value does, and is sent back by who has no right to it", async () => {
    const { id, point_id, value } = await proved();
    await rep.as.updateContactPoint({ id, point_id, contact_value: value.toUpperCase(), is_verified: true, is_primary: true });
    expect((await stored(id))[0]).toMatchObject({ is_verified: true, verified_by: "staff", verified_by_id: tenant.userId });
    expect(await refusal(rep.as.updateContactPoint({ id, point_id, is_verified: false }))).toEqual([403, []]);
    await manager.as.updateContactPoint({ id, point_id, is_verified: false });
    expect(await flagOf(id)).toBe(false);
  });

  it("is not made by a lead, a file's line, a resolution or a merge", async () => {
    const email = fresh();
    const { data: lead } = await rep.as.createLead({ first_name: "Ann", last_name: "Lead", email } as never);
    const { data: resolved } = await rep.as.resolvePerson({ emails: [email] } as never);
    expect(resolved.person.id).toBe(lead.personal_key_id);
    const two = await plain();
    await rep.as.mergePersons({ id: lead.personal_key_id, merged_id: two.id } as never);
    const line = { external_key: randomUUID(), contact_points: [{ ...verified(), contact_value: email }] };
    await manager.as.batchPersons({ operation: "upsert", match_on: "email", items: [line] });
    expect((await stored(lead.personal_key_id)).map(({ is_verified }) => is_verified)).toEqual([false, false]);
    await manager.as.updateContactPoint({ id: lead.personal_key_id, point_id: two.point_id, is_verified: true });
    await rep.as.unmergePersons({ id: lead.personal_key_id, merged_id: two.id } as never);
    expect((await stored(two.id))[0]).toMatchObject({ is_verified: true, verified_by: "staff", verified_by_id: manager.id });
  });
});
