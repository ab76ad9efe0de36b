import { domains } from "@crm/core/domains.ts";
import { type Domain, domain } from "@crm/core/kernel/domain.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { type Kind, kind } from "@crm/core/kernel/id.ts";
import { masterKind } from "@crm/core/kernel/master-kind.ts";
import { declarePermissions, everyone } from "@crm/core/kernel/permission.ts";
import { text } from "@crm/core/kernel/schema.ts";
import { type BaseRecord, Collection, indexBy, loadedCollections } from "@crm/core/storage/table/collection.ts";
import { functions } from "@crm/functions/api/index.ts";
import { findFaults, findImportFaults } from "@crm/functions/derive/manifest-check.ts";
import { type ApiFunction, defineApiFunction } from "@crm/functions/http/api-function.ts";
import { operation } from "@crm/functions/http/operation.ts";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { requireNoFaults } from "../../../stacks/fault-check.ts";

/** An invalid manifest is found with a message that says how to fix it. */

interface Boat extends BaseRecord {
  name: string;
  sails_at: string | null;
}

/** A valid kind with a clock and its own event. */
const BOAT = kind("boat", "boa", { load: async (): Promise<object> => boatCollection() });
const boatCollection = () =>
  new Collection<Boat>({
    kind: BOAT,
    schema: z.object({ name: text(10), sails_at: text(30).nullable() }),
    personalData: { purpose: "Test." },
    row: ["name"],
    indexes: { by_time: indexBy() },
    clocks: { sailing: ({ sails_at }) => sails_at },
    events: { renamed: (after, before) => before !== undefined && before.name !== after.name },
  });
const boatGrants = declarePermissions("boat", { read: everyone, sail: everyone }, { checkedByVerbs: ["sail"] });
const loadNothing = async () => async () => undefined;

const boat = domain({
  name: "boat",
  kinds: [BOAT],
  grants: [boatGrants],
  subscribers: {
    boats: { basis: "release", events: ["boat.sailing_due", "boat.renamed", "boat.removed"], uses: ["mail"], load: loadNothing },
  },
});

const listBoats = operation({
  name: "listBoats",
  method: "GET",
  path: "/boats",
  tag: "Boats",
  access: boatGrants.read,
  summary: "List boats",
  verb: fn(z.strictObject({}), async () => null),
});

const functionsWithBoats: Record<string, ApiFunction> = { ...functions, boats: defineApiFunction([listBoats]) };
const listFaults = (invalidDomain: Domain, served = functionsWithBoats) =>
  findFaults({ domains: [...domains, invalidDomain], functions: served });

// Other tests in this worker must not see the boat collection.
afterAll(() => void loadedCollections.delete("boat"));

const cases: [what: string, wrong: Domain, sentence: string][] = [
  [
    "two owners of a prefix",
    { ...boat, kinds: [...boat.kinds, kind("barge", "led")] },
    'Ids of lead (lead.kind.ts) and barge (boat.kind.ts) both begin with "led": give the newer kind another prefix.',
  ],
  [
    "two domains with one name",
    { ...boat, name: "lead" },
    'Several domains are named "lead", in core/src/domains.ts: give the newer one another name.',
  ],
  [
    "two kinds with one name",
    { ...boat, kinds: [...boat.kinds, kind("lead", "xxx")] },
    'Several kinds are named "lead", in lead.kind.ts and boat.kind.ts: give the newer one another name.',
  ],
  [
    "a permission that no operation uses",
    { ...boat, grants: [boatGrants, declarePermissions("harbour", { enter: everyone })] },
    'No operation requires harbour:enter: make it the access of an operation, declare in boat.kind.ts that verbs check it ({ checkedByVerbs: ["enter"] }), or remove it.',
  ],
  [
    "an operation with a permission that no domain grants",
    { ...boat, grants: [] },
    "The operation listBoats requires boat:read, which no domain declares: list its grants in the domain's value.",
  ],
  [
    "a listener to an event that no kind publishes",
    { ...boat, subscribers: { ...boat.subscribers, sinking: { basis: "release", events: ["boat.sunk"], load: loadNothing } } },
    "The listener sinking of boat.domain.ts subscribes to boat.sunk, which does not exist: add sunk to the events of the collection of boat, or use another event.",
  ],
  [
    "a listener to the event of a kind that is not there",
    { ...boat, subscribers: { ...boat.subscribers, sinking: { basis: "release", events: ["ship.created"], load: loadNothing } } },
    "The listener sinking of boat.domain.ts subscribes to ship.created, but no kind with records is named ship: use an existing kind.",
  ],
  [
    "a notification of an event that no kind publishes",
    { ...boat, notifications: { boat_sunk: { events: ["boat.sunk"], load: async () => ({}) } } },
    "The notification boat_sunk of boat.domain.ts subscribes to boat.sunk, which does not exist: add sunk to the events of the collection of boat, or use another event.",
  ],
  [
    "a clock without a listener",
    { ...boat, subscribers: {} },
    "The event boat.sailing_due has no listener: add one to boat.domain.ts, or remove the clock sailing from the collection of boat.",
  ],
  [
    "a listener to a clock that is not there",
    {
      ...boat,
      subscribers: { ...boat.subscribers, anchors: { basis: "release", events: ["boat.anchor_due"], load: loadNothing } },
    },
    "The listener anchors of boat.domain.ts subscribes to boat.anchor_due, but boat has no clock anchor: declare it in its collection (clocks), or use another event.",
  ],
  [
    "two listeners with one name",
    { ...boat, subscribers: { ...boat.subscribers, mail: { basis: "release", events: ["boat.created"], load: loadNothing } } },
    'Several listeners are named "mail", in auth and boat: give the newer one another name.',
  ],
  [
    "two schedules with one name",
    {
      ...boat,
      schedules: { recount: { basis: "release", rate: "rate(1 day)", description: "Counts boats", load: loadNothing } },
    },
    'Several schedules are named "recount", in the platform and boat: give the newer one another name.',
  ],
  [
    "two types of notification with one name",
    { ...boat, notifications: { lead_assigned: { events: ["boat.created"], load: async () => ({}) } } },
    'Several types of notification are named "lead_assigned", in lead and boat: give the newer one another name.',
  ],
  [
    "a kind with a module without a collection",
    {
      ...boat,
      kinds: [...boat.kinds, kind("raft", "rft", { load: async () => ({}) })],
    },
    "The kind raft has no collection: create one (new Collection({ kind, … })) in the module that boat.kind.ts loads for it.",
  ],
  [
    "two kinds of master data with one name",
    { ...boat, masters: [masterKind("lead_sources", { label: "Sources", extras: [], defaults: () => [] })] },
    'Several kinds of master data are named "lead_sources", in lead and boat: give the newer one another name.',
  ],
  [
    "a column of master data that is not known",
    { ...boat, masters: [masterKind("harbours", { label: "Harbours", extras: ["depth"], defaults: () => [] })] },
    'The master data harbours has the unknown column "depth": declare it in platform/master-data/extra-columns.ts.',
  ],
  [
    "a port that is not known",
    { ...boat, subscribers: { boats: { ...boat.subscribers.boats, uses: ["mial" as "mail"] } } },
    'The listener boats uses the unknown port "mial": use a port of core/src/kernel/capabilities.ts.',
  ],
];

describe("a domain", () => {
  it("that is valid has no faults, and neither have the existing ones", async () => {
    expect(await listFaults(boat)).toEqual([]);
    expect(await findFaults({ domains, functions })).toEqual([]);
    expect(await findImportFaults(domains)).toEqual([]);
  });

  it("must declare the permission to read a kind if not all roles have it", async () => {
    const { read } = declarePermissions("raft", { read: ["ADMIN"] });
    const getRaft = { ...listBoats, name: "getRaft", path: "/rafts/{id}", access: read };
    const faultsWith = (raft: Kind) =>
      listFaults(
        { ...boat, kinds: [...boat.kinds, raft], grants: [boatGrants, { read }] },
        { ...functionsWithBoats, rafts: defineApiFunction([getRaft]) },
      );
    expect(await faultsWith(kind("raft", "rft", { path: "/rafts" }))).toEqual([
      "Reading raft records requires raft:read: declare this for the kind in boat.kind.ts ({ read: … }), after its grants.",
    ]);
    expect(await faultsWith(kind("raft", "rft", { path: "/rafts", read }))).toEqual([]);
    expect(await faultsWith(kind("raft", "rft", { path: "/rafts", isStandalone: true }))).toEqual([]);
  });

  it.each(cases)("with %s gets a message with the fix", async (_, invalidDomain, sentence) => {
    expect(await listFaults(invalidDomain)).toEqual([sentence]);
  });

  it("with a function that uses an unknown port gets a message with the fix", async () => {
    const served = {
      ...functionsWithBoats,
      boats: defineApiFunction([listBoats], { uses: ["objects:boats" as "objects:uploads"] }),
    };
    expect(await listFaults(boat, served)).toEqual([
      'The function boats uses the unknown port "objects:boats": use a port of core/src/kernel/capabilities.ts.',
    ]);
  });

  it("with a function that serves other paths than it declares gets a message with the fix", async () => {
    const { auth } = functions;
    const moved = auth.operations.map((each) =>
      each.path.startsWith("/tenant") ? { ...each, path: `/shop${each.path}` } : each,
    );
    expect(await listFaults(boat, { ...functionsWithBoats, auth: { ...auth, operations: moved } })).toEqual([
      'The function auth serves /shop: add "shop" to its paths in api/function-loaders.ts.',
      "The function auth has no operation below /tenant: remove it from api/function-loaders.ts.",
    ]);
  });

  it("with an import without an importable gets a message with the fix", async () => {
    const sentence =
      'The import boats of boat.domain.ts has no implementation: load an Importable (platform/import/importable.ts) whose entity is "boats".';
    const importable = { entity: "ships", create: async () => undefined };
    for (const loaded of [{}, importable])
      expect(await findImportFaults([{ ...boat, imports: { boats: async () => loaded } }])).toEqual([sentence]);
  });
});

describe("an invalid domain", () => {
  const invalidDomain = { ...boat, kinds: [kind("raft", "led")], grants: [], subscribers: {} };
  const sentence = /^Ids of lead \(lead\.kind\.ts\) and raft .* both begin with "led": give the newer kind another prefix\.$/;

  it("does not deploy: no stack is created", async () => {
    await expect(requireNoFaults({ domains: [...domains, invalidDomain], functions })).rejects.toThrow(sentence);
  });
});
