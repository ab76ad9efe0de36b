import { domains } from "@crm/core/domains.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { operations } from "@crm/functions/api/index.ts";
import { buildRequest } from "@crm/functions/derive/client.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser } from "../../support/app.ts";
import { isExhaustive } from "../../support/sample.ts";
import { sampleOperations } from "../registry/operation-sample.ts";
import { inputFor, makeWorld, type World } from "../registry/world.ts";
import { activities } from "./scenarios/activities.ts";
import { approvals } from "./scenarios/approvals.ts";
import { bulkChanges } from "./scenarios/bulk-changes.ts";
import { contactPoints } from "./scenarios/contact-points.ts";
import { contracts } from "./scenarios/contracts.ts";
import { customers } from "./scenarios/customers.ts";
import { definitions } from "./scenarios/definitions.ts";
import { emailSends } from "./scenarios/email-sends.ts";
import { files } from "./scenarios/files.ts";
import { inboundWebhooks } from "./scenarios/inbound-webhooks.ts";
import { leads } from "./scenarios/leads.ts";
import { merges } from "./scenarios/merges.ts";
import { messages } from "./scenarios/messages.ts";
import { outboundWebhooks } from "./scenarios/outbound-webhooks.ts";
import { persons } from "./scenarios/persons.ts";
import { proposals } from "./scenarios/proposals.ts";
import { quotes } from "./scenarios/quotes.ts";
import { reengagement } from "./scenarios/reengagement.ts";
import { segments } from "./scenarios/segments.ts";
import { shareLinks } from "./scenarios/share-links.ts";
import { signatures } from "./scenarios/signatures.ts";
import { stageAutomations } from "./scenarios/stage-automations.ts";
import { surveys } from "./scenarios/surveys.ts";
import { ticketMails } from "./scenarios/ticket-mails.ts";
import { tickets } from "./scenarios/tickets.ts";
import { users } from "./scenarios/users.ts";
import { SteppedSystem } from "./stepped-system.ts";

/** Every operation that writes more than once, of a sample, is struck by its name, or says here why that is no second step of it. */
const scenarios = [
  ...activities,
  ...approvals,
  ...leads,
  ...persons,
  ...files,
  ...definitions,
  ...users,
  ...segments,
  ...merges,
  ...customers,
  ...emailSends,
  ...bulkChanges,
  ...stageAutomations,
  ...ticketMails,
  ...proposals,
  ...quotes,
  ...shareLinks,
  ...tickets,
  ...surveys,
  ...contracts,
  ...inboundWebhooks,
  ...messages,
  ...signatures,
  ...contactPoints,
  ...reengagement,
  ...outboundWebhooks,
];
const coveredOperations = new Set(scenarios.flatMap(({ covers }) => covers.operations ?? []));

/** Operations of one transaction, and what they write beside it. */
const singleWriteOperations: Record<string, string> = {};

/** How a tag is spelled, put once and before the first record that bears it: a record that then fails leaves nothing that is seen. */
const TAG_SPELLING = "TAG";

let system: SteppedSystem;
let world: World;

beforeAll(async () => {
  system = await SteppedSystem.start();
  world = await makeWorld(system.app, "STRUCK");
});
afterAll(() => system.stop());

it("every operation of several writes is struck, or one transaction by what is said of it", async () => {
  const several = new Map<string, string[]>();
  let keys = 0;
  for (const operation of sampleOperations(operations.filter(({ method }) => method !== "GET"))) {
    const who = operation.access === "signed_in" ? await addUser(system.app, world.tenant, "USER") : undefined;
    const input = await inputFor(system.app, world, operation, who);
    system.arm(() => true);
    const options = operation.keyed ? { idempotencyKey: `complete-${++keys}` } : {};
    const answer = await system.transport(who?.token ?? world.tenant.token)(buildRequest(operation, input, options));
    const writes = system.writes.map(({ target: what }) => what).filter((what) => what !== TAG_SPELLING);
    system.disarm();
    expect([operation.name, answer.status]).toEqual([operation.name, operation.status]);
    if (writes.length > 1) several.set(operation.name, writes);
  }
  const unknown = [...several].filter(([name]) => !coveredOperations.has(name) && !(name in singleWriteOperations));
  expect(unknown).toEqual([]);
  if (isExhaustive) expect(Object.keys(singleWriteOperations).filter((name) => !several.has(name))).toEqual([]);
});

it("every operation that is struck is one of the registry", () => {
  const known = new Set<string>(operations.map(({ name }) => name));
  expect([...coveredOperations].filter((name) => !known.has(name))).toEqual([]);
});

it("every subscriber is struck", () => {
  const struck = new Set(scenarios.flatMap(({ covers }) => covers.subscribers ?? []));
  expect(subscribers.map(({ name }) => name).filter((name) => !struck.has(name))).toEqual([]);
});

it("every kind with a clock is struck", async () => {
  const struck = new Set(scenarios.flatMap(({ covers }) => covers.due ?? []));
  const kinds = domains.flatMap((domain) => domain.kinds).filter(({ load }) => load);
  const due = (await Promise.all(kinds.map(loadCollection))).filter(({ definition }) => definition.clocks !== undefined);
  expect(due.length).toBeGreaterThan(0);
  const missing = due.map(({ name }) => name).filter((kind) => !struck.has(kind));
  expect(missing).toEqual([]);
});
