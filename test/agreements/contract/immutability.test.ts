import { CONTRACT_AMENDMENT } from "@crm/core/agreements/contract/contract.kind.ts";
import { agreedFields } from "@crm/core/agreements/contract/editable-fields.rules.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import { type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Input, inputFor, makeWorld, sendAs, type World } from "../../invariants/registry/world.ts";
import { addUser, startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { attachSignedFile } from "./support.ts";

/**
 * Agreed content is immutable. Each registered operation that writes a contract is tried on contracts in each status. Afterwards the
 * agreed content is unchanged, the operation was rejected, or the contract was unsigned and is a draft again.
 */

let app: App;
let world: World;
beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "STAYSCTR");
  // The reviewer.
  await addUser(app, world.tenant, "DIRECTOR");
});
afterAll(() => app.stop());

const states = ["UNDER_REVIEW", "APPROVED", "SIGNED_BY_ONE", "ACTIVE", "TERMINATED"] as const;
type State = (typeof states)[number];

const findOperation = (name: string): Operation => {
  const match = operations.find((operation) => operation.name === name);
  return match ?? expect.fail(`No operation ${name}`);
};

async function callOperation(name: string, input: Input): Promise<Record<string, unknown>> {
  const { status, body } = await sendAs(app, world.tenant.token, findOperation(name), input);
  if (status >= 300) expect.fail(`${name}: ${status} ${body.slice(0, 300)}`);
  return JSON.parse(body).data;
}

async function createContractInState(state: State): Promise<string> {
  const { id } = (await callOperation("createContract", {
    ...{ title: "Fleet", customer_id: world.seeds.ids.customer, contract_value: "100.00", currency: "EUR" },
    ...{ contract_type_id: state === "UNDER_REVIEW" ? "partnership" : "service", special_terms: "Boats of steel" },
    deliverables: [{ name: "A boat", amount: "100.00" }],
  })) as { id: string };
  await callOperation("setContractText", { id, terms: [{ key: "scope", number: "1", heading: "Scope", text: "A boat." }] });
  await callOperation("submitContract", { id });
  if (state === "UNDER_REVIEW" || state === "APPROVED") return id;
  await callOperation("signContract", { id, party: "company", signed_by: "Ada" });
  if (state === "SIGNED_BY_ONE") return id;
  const attachment_id = await attachSignedFile(app, world.tenant, world.tenant.admin, id);
  await callOperation("signContract", { id, party: "customer", signed_by: "Ann", attachment_id });
  await callOperation("activateContract", { id });
  if (state === "TERMINATED") await callOperation("terminateContract", { id, reason: "Moved" });
  return id;
}

const statusByState = { SIGNED_BY_ONE: "APPROVED" } as Readonly<Record<string, string>>;

/** The agreed content and what is derived from it, without the progress of deliverables. */
async function readAgreedContent(id: string) {
  const record = await callOperation("getContract", { id });
  const fields = agreedFields.filter((field) => field !== "text_id" && field !== "deliverables");
  const deliverables = (record.deliverables as Record<string, unknown>[]).map(
    ({ name, description, due_date, amount, quantity }) => ({
      ...{ name, description, due_date, amount, quantity },
    }),
  );
  const { terms } = await callOperation("getContractText", { id });
  const plan = (await callOperation("getContractPlan", { id })).instalments;
  const { starts_at, ends_at, contract_number } = record;
  const values = Object.fromEntries(fields.map((field) => [field, record[field]]));
  return { status: record.status, said: { ...values, starts_at, ends_at, contract_number, deliverables, terms, plan } };
}

const isWrite = ({ method, onlyReads, path }: Operation): boolean =>
  method !== "GET" && !onlyReads && path.startsWith("/contracts/{id}") && !path.endsWith("/restore");

/** Creates a draft amendment. Only an active contract can have one; otherwise returns an unused id. */
async function createAmendmentDraft(id: string): Promise<string> {
  const effective_date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const draftInput = { id, amendment_type: "VALUE", title: "More", reason: "Grown", value_delta: "1.00", effective_date };
  const { status, body } = await sendAs(app, world.tenant.token, findOperation("createContractAmendment"), draftInput);
  return status < 300 ? JSON.parse(body).data.id : newId(CONTRACT_AMENDMENT);
}

/** Builds a valid input that refers only to this contract. */
async function buildInputOn(id: string, operation: Operation): Promise<Input> {
  const input = await inputFor(app, world, operation);
  const { deliverables } = (await callOperation("getContract", { id })) as { deliverables: { id: string }[] };
  const part = pathParameterNames(operation.path).includes("deliverable_id") ? { deliverable_id: deliverables[0]?.id } : {};
  const isOfAmendment = pathParameterNames(operation.path).includes("amendmentId");
  return { ...input, ...part, ...(isOfAmendment ? { amendmentId: await createAmendmentDraft(id) } : {}), id };
}

const formatOutcome = ({ status: code, body }: WireResponse): string => (code < 300 ? "done" : `${code} ${body.slice(0, 300)}`);

const writeOperations = operations.filter(isWrite);

describe.each(states)("the agreed content of a contract that is %s, after each write operation", (state) => {
  const done = selectSample(writeOperations, { name: ({ name }) => `${state} ${name}`, kind: () => state });
  it.each(done.map((operation) => [operation.name, operation] as const))("%s", async (name, operation) => {
    const id = await createContractInState(state);
    const before = await readAgreedContent(id);
    expect(before.status).toBe(statusByState[state] ?? state);
    const answer = await sendAs(app, world.tenant.token, operation, await buildInputOn(id, operation));
    const isOfNone = state !== "ACTIVE" && pathParameterNames(operation.path).includes("amendmentId");
    expect([operation.status, 400, 409, 422, ...(isOfNone ? [404] : [])], formatOutcome(answer)).toContain(answer.status);
    await app.settle();
    if (name === "deleteContract" && answer.status < 300) await callOperation("restoreContract", { id });
    const after = await readAgreedContent(id);
    // An unsigned contract returns to draft and needs approval again.
    if (after.status === "DRAFT") return expect(["UNDER_REVIEW", "APPROVED", "SIGNED_BY_ONE"]).toContain(state);
    expect(after.said, formatOutcome(answer)).toEqual(before.said);
  });

  it("cannot be changed by an update, or the contract returns to draft", async () => {
    const id = await createContractInState(state);
    const changes: Input = {
      title: "Other",
      contract_value: "1.00",
      end_date: "2099-01-01",
      special_terms: "None",
      monthly_fee: "1.00",
    };
    for (const [field, value] of Object.entries(changes)) {
      const answer = await sendAs(app, world.tenant.token, findOperation("updateContract"), { id, [field]: value });
      const { status: now } = await readAgreedContent(id);
      if (state === "UNDER_REVIEW" || state === "APPROVED") expect([answer.status, now]).toEqual([200, "DRAFT"]);
      else expect([answer.status, now]).toEqual([409, statusByState[state] ?? state]);
    }
  });
});
