import { domains } from "@crm/core/domains.ts";
import { collectionOf } from "@crm/core/storage/table/collections.ts";
import { operations } from "@crm/functions/api/index.ts";
import { requestOf } from "@crm/functions/derive/client.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sampledOperations } from "../registry/operation-sample.ts";
import { inputFor, makeWorld, type World } from "../registry/world.ts";
import { isExhaustive } from "../sample.ts";
import { addUser } from "../support.ts";
import { Line } from "./line.ts";
import { activities } from "./verbs/activities.ts";
import { approvals } from "./verbs/approvals.ts";
import { bulk } from "./verbs/bulk.ts";
import { contracts } from "./verbs/contracts.ts";
import { customers } from "./verbs/customers.ts";
import { definitions } from "./verbs/definitions.ts";
import { emailSends } from "./verbs/email-sends.ts";
import { files } from "./verbs/files.ts";
import { hooks } from "./verbs/hooks.ts";
import { leads } from "./verbs/leads.ts";
import { merging } from "./verbs/merging.ts";
import { messages } from "./verbs/messages.ts";
import { offers } from "./verbs/offers.ts";
import { persons } from "./verbs/persons.ts";
import { proposals } from "./verbs/proposals.ts";
import { quotes } from "./verbs/quotes.ts";
import { reach } from "./verbs/reach.ts";
import { reengagement } from "./verbs/reengagement.ts";
import { sets } from "./verbs/sets.ts";
import { signatures } from "./verbs/signatures.ts";
import { stages } from "./verbs/stages.ts";
import { surveys } from "./verbs/surveys.ts";
import { ticketMails } from "./verbs/ticket-mails.ts";
import { tickets } from "./verbs/tickets.ts";
import { users } from "./verbs/users.ts";
import { webhooksOut } from "./verbs/webhooks-out.ts";

/** Every operation that writes more than once, of a sample, is struck by its name, or says here why that is no second step of it. */
const verbs = [
  ...activities,
  ...approvals,
  ...leads,
  ...persons,
  ...files,
  ...definitions,
  ...users,
  ...sets,
  ...merging,
  ...customers,
  ...emailSends,
  ...bulk,
  ...stages,
  ...ticketMails,
  ...proposals,
  ...quotes,
  ...offers,
  ...tickets,
  ...surveys,
  ...contracts,
  ...hooks,
  ...messages,
  ...signatures,
  ...reach,
  ...reengagement,
  ...webhooksOut,
];
const covered = new Set(verbs.flatMap(({ covers }) => covers.operations ?? []));

/** Operations of one transaction, and what they write beside it. */
const single: Record<string, string> = {};

/** How a tag is spelled, put once and before the first record that bears it: a record that then fails leaves nothing that is seen. */
const SPELLING = "TAG";

let line: Line;
let world: World;

beforeAll(async () => {
  line = await Line.start();
  world = await makeWorld(line.app, "STRUCK");
});
afterAll(() => line.stop());

it("every operation of several writes is struck, or one transaction by what is said of it", async () => {
  const several = new Map<string, string[]>();
  let keys = 0;
  for (const operation of sampledOperations(operations.filter(({ method }) => method !== "GET"))) {
    const who = operation.access === "signed_in" ? await addUser(line.app, world.tenant, "USER") : undefined;
    const input = await inputFor(line.app, world, operation, who);
    line.arm(() => true);
    const options = operation.keyed ? { idempotencyKey: `complete-${++keys}` } : {};
    const answer = await line.transport(who?.token ?? world.tenant.token)(requestOf(operation, input, options));
    const writes = line.writes.map(({ what }) => what).filter((what) => what !== SPELLING);
    line.disarm();
    expect([operation.name, answer.status]).toEqual([operation.name, operation.status]);
    if (writes.length > 1) several.set(operation.name, writes);
  }
  const unknown = [...several].filter(([name]) => !covered.has(name) && !(name in single));
  expect(unknown).toEqual([]);
  if (isExhaustive) expect(Object.keys(single).filter((name) => !several.has(name))).toEqual([]);
});

it("every operation that is struck is one of the registry", () => {
  const known = new Set<string>(operations.map(({ name }) => name));
  expect([...covered].filter((name) => !known.has(name))).toEqual([]);
});

it("every subscriber is struck", () => {
  const struck = new Set(verbs.flatMap(({ covers }) => covers.subscribers ?? []));
  expect(subscribers.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([]);
});

it("every kind with a clock is struck", async () => {
  const struck = new Set(verbs.flatMap(({ covers }) => covers.due ?? []));
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);
  const due = (await Promise.all(kinds.map(collectionOf))).filter(({ definition }) => definition.clocks !== undefined);
  expect(due.length).toBeGreaterThan(0);
  const missing = due.map(({ name }) => name).filter((kind) => !struck.has(kind));
  expect(missing).toEqual([]);
});
