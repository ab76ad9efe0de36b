import { randomUUID } from "node:crypto";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue, type InputSeeds } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { addUser } from "../../support/app.ts";
import { makeStep } from "../journey/factory.ts";
import { newAddress } from "../suppression/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    person: async ({ tenant, id }) => (await tenant.admin.getLead({ id: await id("lead") })).data.personal_key_id,
  },
  inputs: {
    createPerson: async (_, { seeds: fillings }) => personInput(fillings),
    replacePerson: async (app, world) => ({
      ...(await personInput(world.seeds)),
      contact_points: undefined,
      addresses: undefined,
      preferences: undefined,
      id: await makeTarget(app, world, "/persons"),
    }),
    // A person without a lead, because deleting the person would leave the lead without one.
    deletePerson: async (app, world) => ({ id: await makeBarePerson(app, world) }),
    restorePerson: async (app, world) => {
      const id = await makeBarePerson(app, world);
      parseData(await sendAs(app, world.tenant.token, findOperation("deletePerson"), { id }));
      return { id };
    },
    grantPersonSight: (app, world) => makeLimitedLead(app, world),
    withdrawPersonSight: async (app, world) => {
      const limited = await makeLimitedLead(app, world);
      await world.tenant.admin.grantPersonSight(limited);
      return limited;
    },
    updateContactPoint: async (app, world) => ({ ...(await personPartInput(app, world, "contact_points")), is_primary: true }),
    verifyContactPoint: async (app, world) => {
      const { id, point_id } = await addContactPoint(app, world);
      return { id, point_id };
    },
    confirmContactPoint: async (app, world) => sendVerificationCode(app, world),
    removeContactPoint: (app, world) => personPartInput(app, world, "contact_points"),
    updateAddress: async (app, world) => ({ ...(await personPartInput(app, world, "addresses")), city: world.seeds.mark }),
    verifyAddress: (app, world) => personPartInput(app, world, "addresses"),
    removeAddress: (app, world) => personPartInput(app, world, "addresses"),
    mergePersons: async (app, world) => ({
      id: await makeTarget(app, world, "/persons"),
      merged_id: await makeTarget(app, world, "/persons"),
    }),
    unmergePersons: mergePersons,
    listMerges: async (app, world) => ({ id: (await mergePersons(app, world)).id }),
    getDuplicate: async (_, world) => ({ id: await makeDuplicate(world) }),
    dismissDuplicate: async (_, world) => ({ id: await makeDuplicate(world), reason: `${world.seeds.mark} reason` }),
    listPersonDuplicates: async (app, world) => {
      const duplicate = findOperation("getDuplicate");
      const id = await makeDuplicate(world);
      return { id: parseData(await sendAs(app, world.tenant.token, duplicate, { id })).person_id };
    },
  },
  targets: {
    "/persons": async (app, world) => {
      const send = async (name: string, input: Input) =>
        parseData(await sendAs(app, world.tenant.token, findOperation(name), input));
      const generated = (name: string) => generateValue(inputSchema(findOperation(name)), world.seeds) as Input;
      const { id } = await send("createPerson", await personInput(world.seeds));
      const lead = await send("createLead", { ...generated("createLead"), personal_key_id: id });
      await send("logLeadActivity", { ...generated("logLeadActivity"), id: lead.id });
      await makeStep(app, world, String(id));
      return String(id);
    },
  },
};

/** The input of a person with every field; contact points and external key are unique. */
async function personInput(fillings: InputSeeds): Promise<Input> {
  const unique = randomUUID().slice(0, 12);
  const input = generateValue(inputSchema(findOperation("createPerson")), fillings) as Input & { contact_points: Input[] };
  const contact_value = `${fillings.mark}.${unique}@mail.example`;
  return { ...input, external_key: `${fillings.mark}-${unique}`, contact_points: [{ contact_type: "email", contact_value }] };
}

const makeBarePerson = async (app: App, { tenant, seeds: fillings }: World): Promise<string> =>
  String(parseData(await sendAs(app, tenant.token, findOperation("createPerson"), await personInput(fillings))).id);

/** A person, and a lead of theirs whose owner sees none of the person's other records. */
async function makeLimitedLead(app: App, { tenant, seeds: { mark } }: World): Promise<{ id: string; record_id: string }> {
  const leadInput = {
    first_name: `${mark}-i`,
    last_name: `${mark}-j`,
    email: `${mark.toLowerCase()}.${randomUUID()}@mail.example`,
  };
  const { data: visibleLead } = await tenant.admin.createLead(leadInput);
  const { visibility } = (await tenant.admin.getTenant()).data.settings;
  await tenant.admin.updateTenant({ settings: { visibility: "own" } });
  const { data: lead } = await (await addUser(app, tenant, "SALES_REP")).client.createLead(leadInput);
  await tenant.admin.updateTenant({ settings: { visibility } });
  return { id: visibleLead.personal_key_id, record_id: lead.id };
}

/** The ids of a person and of the first entry in one of their lists. */
async function personPartInput(app: App, world: World, list: "contact_points" | "addresses"): Promise<Input> {
  const id = await makeTarget(app, world, "/persons");
  const person = parseData(await sendAs(app, world.tenant.token, findOperation("getPerson"), { id }));
  const [first] = person[list] as { id: string }[];
  return { id, [list === "addresses" ? "address_id" : "point_id"]: first?.id };
}

/** Adds a contact point to a person, to which nothing was sent yet. */
export async function addContactPoint(app: App, world: World): Promise<{ id: string; point_id: string; email: string }> {
  const id = await makeTarget(app, world, "/persons");
  const { address: email } = newAddress();
  const point = { contact_type: "email", contact_value: email } as const;
  const { data } = await world.tenant.admin.addContactPoint({ id, ...point });
  return { id, point_id: data.contact_points.at(-1)?.id ?? "", email };
}

async function sendVerificationCode(app: App, world: World): Promise<Input> {
  const { email, ...point } = await addContactPoint(app, world);
  await world.tenant.admin.verifyContactPoint(point);
  return { ...point, code: /^\d{6}/.exec(app.mail.sent(email).at(-1)?.subject ?? "")?.[0] };
}

async function mergePersons(app: App, world: World): Promise<{ id: string; merged_id: string }> {
  const [id, merged_id] = [await makeTarget(app, world, "/persons"), await makeTarget(app, world, "/persons")];
  parseData(await sendAs(app, world.tenant.token, findOperation("mergePersons"), { id, merged_id }));
  return { id, merged_id };
}

let pointCount = 0;

/** Creates two persons, then a lead with the contact points of both, which marks them as possible duplicates. */
async function makeDuplicate({ tenant, seeds: { mark } }: World): Promise<string> {
  const email = `${mark.toLowerCase()}.point${++pointCount}@mail.example`;
  const phone = `+3248500${String(1000 + pointCount)}`;
  const names = { first_name: `${mark}-first${pointCount}`, last_name: `${mark}-last${pointCount}` };
  await tenant.admin.createLead({ ...names, email });
  const { data: otherLead } = await tenant.admin.createLead({ ...names, phone });
  await tenant.admin.createLead({ ...names, email, phone });
  const { data } = await tenant.admin.listPersonDuplicates({ id: String(otherLead.personal_key_id) });
  return String(data[0]?.id);
}
