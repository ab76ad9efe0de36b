import { agreed } from "@crm/core/contract/change.rules.ts";
import { CONTRACT_AMENDMENT } from "@crm/core/contract/contract.domain.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireAnswer } from "@crm/functions/derive/client.ts";
import { type Operation, parametersOf } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Input, inputFor, makeWorld, sendAs, type World } from "../registry/world.ts";
import { sampled } from "../sample.ts";
import { addUser, startTestApp } from "../support.ts";
import { attached } from "./support.ts";

/**
 * What both sides agree on stays. Every operation of the registry that writes a contract is done to contracts in each state; what was agreed is the same
 * behind it, or it was refused, or nobody had signed it and it is a draft again.
 */

let app: App;
let world: World;
beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "STAYSCTR");
  // Who reviews.
  await addUser(app, world.tenant, "DIRECTOR");
});
afterAll(() => app.stop());

const states = ["UNDER_REVIEW", "APPROVED", "SIGNED_BY_ONE", "ACTIVE", "TERMINATED"] as const;
type State = (typeof states)[number];

const named = (name: string): Operation => {
  const found = operations.find((each) => each.name === name);
  return found ?? expect.fail(`No operation ${name}`);
};

async function must(name: string, input: Input): Promise<Record<string, unknown>> {
  const { status, body } = await sendAs(app, world.tenant.token, named(name), input);
  if (status >= 300) expect.fail(`${name}: ${status} ${body.slice(0, 300)}`);
  return JSON.parse(body).data;
}

async function contractIn(state: State): Promise<string> {
  const { id } = (await must("createContract", {
    ...{ title: "Fleet", customer_id: world.fillings.ids.customer, contract_value: "100.00", currency: "EUR" },
    ...{ contract_type_id: state === "UNDER_REVIEW" ? "partnership" : "service", special_terms: "Boats of steel" },
    deliverables: [{ name: "A boat", amount: "100.00" }],
  })) as { id: string };
  await must("setContractText", { id, terms: [{ key: "scope", number: "1", heading: "Scope", text: "A boat." }] });
  await must("submitContract", { id });
  if (state === "UNDER_REVIEW" || state === "APPROVED") return id;
  await must("signContract", { id, party: "company", signed_by: "Ada" });
  if (state === "SIGNED_BY_ONE") return id;
  const attachment_id = await attached(app, world.tenant, world.tenant.admin, id);
  await must("signContract", { id, party: "customer", signed_by: "Ann", attachment_id });
  await must("activateContract", { id });
  if (state === "TERMINATED") await must("terminateContract", { id, reason: "Moved" });
  return id;
}

const status = { SIGNED_BY_ONE: "APPROVED" } as Readonly<Record<string, string>>;

/** What is agreed, and what is read of it; how far deliverables are is no part of that. */
async function saidOf(id: string) {
  const record = await must("getContract", { id });
  const fields = agreed.filter((field) => field !== "text_id" && field !== "deliverables");
  const deliverables = (record.deliverables as Record<string, unknown>[]).map(
    ({ name, description, due_date, amount, quantity }) => ({
      ...{ name, description, due_date, amount, quantity },
    }),
  );
  const { terms } = await must("getContractText", { id });
  const plan = (await must("getContractPlan", { id })).instalments;
  const { starts_at, ends_at, contract_number } = record;
  const said = Object.fromEntries(fields.map((field) => [field, record[field]]));
  return { status: record.status, said: { ...said, starts_at, ends_at, contract_number, deliverables, terms, plan } };
}

const isWrite = ({ method, onlyReads, path }: Operation): boolean =>
  method !== "GET" && !onlyReads && path.startsWith("/contracts/{id}") && !path.endsWith("/restore");

/** One that nobody has agreed to yet; only of a contract that is in force there can be any. */
async function amendmentOf(id: string): Promise<string> {
  const effective_date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const drawn = { id, amendment_type: "VALUE", title: "More", reason: "Grown", value_delta: "1.00", effective_date };
  const { status, body } = await sendAs(app, world.tenant.token, named("createContractAmendment"), drawn);
  return status < 300 ? JSON.parse(body).data.id : newId(CONTRACT_AMENDMENT);
}

/** Well-formed, and of nothing but this contract. */
async function inputOn(id: string, operation: Operation): Promise<Input> {
  const given = await inputFor(app, world, operation);
  const { deliverables } = (await must("getContract", { id })) as { deliverables: { id: string }[] };
  const part = parametersOf(operation.path).includes("deliverable_id") ? { deliverable_id: deliverables[0]?.id } : {};
  const isOfAmendment = parametersOf(operation.path).includes("amendmentId");
  return { ...given, ...part, ...(isOfAmendment ? { amendmentId: await amendmentOf(id) } : {}), id };
}

const toldOf = ({ status: code, body }: WireAnswer): string => (code < 300 ? "done" : `${code} ${body.slice(0, 300)}`);

const writes = operations.filter(isWrite);

describe.each(states)("what is agreed of a contract that is %s is the same behind", (state) => {
  const done = sampled(writes, { name: ({ name }) => `${state} ${name}`, kind: () => state });
  it.each(done.map((operation) => [operation.name, operation] as const))("%s", async (name, operation) => {
    const id = await contractIn(state);
    const before = await saidOf(id);
    expect(before.status).toBe(status[state] ?? state);
    const answer = await sendAs(app, world.tenant.token, operation, await inputOn(id, operation));
    const isOfNone = state !== "ACTIVE" && parametersOf(operation.path).includes("amendmentId");
    expect([operation.status, 400, 409, 422, ...(isOfNone ? [404] : [])], toldOf(answer)).toContain(answer.status);
    await app.settle();
    if (name === "deleteContract" && answer.status < 300) await must("restoreContract", { id });
    const after = await saidOf(id);
    // Nobody had signed it: it is written anew, and approved anew.
    if (after.status === "DRAFT") return expect(["UNDER_REVIEW", "APPROVED", "SIGNED_BY_ONE"]).toContain(state);
    expect(after.said, toldOf(answer)).toEqual(before.said);
  });

  it("is changed by nobody who says so", async () => {
    const id = await contractIn(state);
    const changes: Input = {
      title: "Other",
      contract_value: "1.00",
      end_date: "2099-01-01",
      special_terms: "None",
      monthly_fee: "1.00",
    };
    for (const [field, value] of Object.entries(changes)) {
      const answer = await sendAs(app, world.tenant.token, named("updateContract"), { id, [field]: value });
      const { status: now } = await saidOf(id);
      if (state === "UNDER_REVIEW" || state === "APPROVED") expect([answer.status, now]).toEqual([200, "DRAFT"]);
      else expect([answer.status, now]).toEqual([409, status[state] ?? state]);
    }
  });
});
