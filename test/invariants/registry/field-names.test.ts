import { listOtherNames } from "@crm/core/kernel/field-names.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import { fieldNaming, renameFields } from "@crm/functions/http/request.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Names of one field: every operation that takes a field by one of its names takes it by the others. */
interface NamedField {
  operation: Operation;
  field: string;
  /** Names that are not names of other fields of the operation. */
  otherNames: string[];
}

/** A name that responses have for another field is ignored in bodies. */
const isNameOfAnswer = (operation: Operation, name: string): boolean => Object.hasOwn(fieldNaming(operation).outputShape, name);

const namedFields: NamedField[] = operations
  .filter(({ takesBytes }) => !takesBytes)
  .flatMap((operation) => {
    const names = Object.keys(inputSchema(operation).shape).filter((name) => !operation.path.includes(`{${name}}`));
    const fields = new Set(names.map((name) => name.split("[")[0] ?? name));
    return [...fields].flatMap((field) => {
      const otherNames = listOtherNames(field, (name) => fields.has(name)).filter(
        (name) =>
          !Object.hasOwn(operation.otherNames, name) &&
          (!isNameOfAnswer(operation, name) || ["person_id", "personal_key_id"].includes(name)),
      );
      return otherNames.length > 0 ? [{ operation, field, otherNames }] : [];
    });
  });

const nameField = ({ operation, field }: NamedField): string => `${operation.name} ${field}`;
const countOperations = (fields: readonly NamedField[]): number => new Set(fields.map(({ operation }) => operation)).size;
const withPerson = namedFields.filter(({ otherNames }) => otherNames.some((name) => /^person(al_key)?_id$/.test(name)));

const counts = [namedFields.length, countOperations(namedFields), countOperations(withPerson)];

describe(`${counts[0]} fields of ${counts[1]} operations, ${counts[2]} of them with a person`, () => {
  it("are as many as the API has at least", () => {
    expect(countOperations(namedFields)).toBeGreaterThan(150);
    expect(countOperations(withPerson)).toBeGreaterThan(40);
  });

  it("are taken by each of their names", () => {
    const faults = namedFields.filter(({ operation, field, otherNames }) =>
      otherNames.some((name) => Object.keys(renameFields(fieldNaming(operation), { [name]: "x" })).join() !== field),
    );
    expect(faults.map(nameField)).toEqual([]);
  });

  it("are taken by two names with one value, and refused with two values by an error that has both names", () => {
    const faults = namedFields.filter(({ operation, field, otherNames: [name = ""] }) => {
      const same = renameFields(fieldNaming(operation), { [name]: "x", [field]: "x" });
      let refusal: unknown;
      try {
        renameFields(fieldNaming(operation), { [name]: "x", [field]: "y" });
      } catch (error) {
        refusal = error;
      }
      const [detail] = (refusal as { details?: { field: string; message: string }[] } | undefined)?.details ?? [];
      const isRefused = detail?.field === name && detail.message.includes(field);
      return !isRefused || JSON.stringify(same) !== JSON.stringify({ [field]: "x" });
    });
    expect(faults.map(nameField)).toEqual([]);
  });

  it("include the ones that clients confuse", () => {
    const names = new Map(namedFields.map((named) => [nameField(named), named.otherNames]));
    for (const [field, name] of [
      ["listLeads insurance_type_id", "insurance_type"],
      ["listAuditEntries user_id", "user"],
      ["listAuditEntries record_type", "kind"],
      ["createLead owner_id", "owner"],
      ["createTicket personal_key_id", "person_id"],
      ["sendMessage person_id", "personal_key_id"],
    ] as const)
      expect([field, names.get(field) ?? []]).toEqual([field, expect.arrayContaining([name])]);
  });
});

describe("a request with another name", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  interface Answer<D> {
    data: D;
    error?: { details: { field: string; message: string }[] };
  }
  const send = async <D = Record<string, unknown>[]>(method: string, path: string, query: string, input?: unknown) => {
    const body = input === undefined ? undefined : JSON.stringify(input);
    const headers = { "content-type": "application/json" };
    const answer = await inProcessTransport(app, tenant.token)({ method, path: `/api/v1${path}`, query, headers, body });
    return JSON.parse(answer.body) as Answer<D>;
  };

  it("filters, sorts and selects fields like one with the field's own name", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ insurance_type_id: "auto" }));
    await tenant.admin.createLead(newLead());
    await app.settle();
    const ids = async (query: string) => (await send("GET", "/leads", query)).data.map(({ id }) => id);
    expect(await ids("insurance_type=auto")).toEqual([lead.id]);
    expect(await ids("insurance_type[in]=auto")).toEqual([lead.id]);
    expect(await ids(`person_id=${lead.personal_key_id}`)).toEqual([lead.id]);
    expect((await ids("sort=-insurance_type")).length).toBe(2);
    expect((await send("GET", "/leads", `person_id=${lead.personal_key_id}&fields=person_id`)).data).toEqual([
      { id: lead.id, personal_key_id: lead.personal_key_id },
    ]);
    const where = { person_id: lead.personal_key_id };
    expect((await send("POST", "/leads/query", "", { where })).data.map(({ id }) => id)).toEqual([lead.id]);
  });

  it("writes like one with the field's own name, and errors have that name", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const { data: contact } = (await send("POST", "/leads", "", newLead({ person_id: lead.personal_key_id }))) as {
      data: { personal_key_id: string };
    };
    expect(contact.personal_key_id).toBe(lead.personal_key_id);
    const refused = await send("POST", "/leads", "", newLead({ person_id: "per_unknown" }));
    expect(refused.error?.details.map(({ field }) => field)).toEqual(["personal_key_id"]);
    const items = [newLead({ person_id: lead.personal_key_id, owner: tenant.userId })];
    const batch = await send<{ results: { status: number }[] }>("POST", "/leads/batch", "", { operation: "create", items });
    expect(batch.data.results).toMatchObject([{ status: 201 }]);
  });
});
