import {
  appendEntries,
  computeRootHash,
  findBrokenEntries,
  type NewEntry,
} from "@crm/core/agreements/signature/evidence.rules.ts";
import { isCodeValid, issueCode } from "@crm/core/agreements/signature/session.rules.ts";
import {
  advanceEnvelope,
  type Envelope,
  type Facts,
  isEnd,
  type Signer,
  type SignerState,
} from "@crm/core/agreements/signature/transition.rules.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

const random = createTestRandom("signatures");

/** The status of a request does not depend on the order in which facts arrive. */

const timeAt = (minute: number): string => new Date(Date.UTC(2030, 0, 1, 9, minute)).toISOString();

const buildSigner = (id: string, order: number, state: SignerState = "waiting"): Signer => ({
  ...{ id, ref: `ref-${id}`, order, state },
  ...{ sent_at: null, delivered_at: null, signed_at: null, declined_at: null, decline_reason: null },
});

const buildEnvelope = (provider: string, more: Partial<Envelope> = {}): Envelope => ({
  ...{ provider, status: "preparing", in_order: false, signers: [buildSigner("a", 1), buildSigner("b", 2)] },
  ...{ sent_at: null, delivered_at: null, ended_at: null, end_reason: null },
  ...more,
});

const buildFacts = (minute: number, more: Partial<Facts>): Facts => ({ time: timeAt(minute), source: "docusign", ...more });
const signerFacts = (minute: number, ref: string, state: SignerState, reason?: string): Facts =>
  buildFacts(minute, { signers: [{ ref, state, ...(reason ? { reason } : {}) }] });

/** The facts that a provider reports about one envelope, from start to end. */
const histories: Record<string, Facts[]> = {
  completed: [
    buildFacts(0, { state: "sent" }),
    signerFacts(1, "ref-a", "delivered"),
    buildFacts(1, { state: "delivered" }),
    signerFacts(2, "ref-a", "signed"),
    signerFacts(3, "ref-b", "delivered"),
    signerFacts(4, "ref-b", "signed"),
    buildFacts(5, { state: "completed" }),
  ],
  declined: [
    buildFacts(0, { state: "sent" }),
    signerFacts(1, "ref-a", "signed"),
    signerFacts(2, "ref-b", "delivered"),
    signerFacts(3, "ref-b", "declined", "Too dear"),
    buildFacts(3, { state: "declined", reason: "Too dear" }),
  ],
  voided: [
    buildFacts(0, { state: "sent" }),
    signerFacts(1, "ref-a", "signed"),
    buildFacts(2, { state: "voided", reason: "A mistake" }),
  ],
  expired: [buildFacts(0, { state: "sent" }), signerFacts(1, "ref-a", "delivered"), buildFacts(9, { state: "expired" })],
  "sent after a failure": [
    buildFacts(0, { state: "failed" }),
    buildFacts(1, { state: "sent" }),
    signerFacts(2, "ref-a", "delivered"),
  ],
};

function* listPermutations<T>(all: readonly T[]): Generator<T[]> {
  if (all.length <= 1) return void (yield [...all]);
  for (const [index, item] of all.entries())
    for (const rest of listPermutations(all.filter((_, otherIndex) => otherIndex !== index))) yield [item, ...rest];
}

const applyFacts = (start: Envelope, facts: readonly Facts[]): Envelope => facts.reduce<Envelope>(advanceEnvelope, start);

describe("events of a provider", () => {
  it.each(Object.entries(histories))("give the same state in any order, repeated and late: %s", (_name, history) => {
    const start = buildEnvelope("docusign");
    const expected = applyFacts(start, history);
    for (const order of listPermutations(history)) expect(applyFacts(start, order)).toEqual(expected);
    for (let run = 0; run < 200; run++) {
      const doubled = [...history, ...history, ...history].toSorted(() => random() - 0.5);
      expect(applyFacts(start, doubled)).toEqual(expected);
    }
  });

  it("never change a final state, and never go back", () => {
    const all = Object.values(histories).flat();
    for (let run = 0; run < 500; run++) {
      let current = buildEnvelope("docusign");
      let end: string | undefined;
      for (const facts of all.toSorted(() => random() - 0.5)) {
        current = advanceEnvelope(current, facts);
        if (end !== undefined) expect(current.status).toBe(end);
        if (isEnd(current.status)) end = current.status;
      }
    }
  });

  it.each([
    ["Completed before Sent", [buildFacts(5, { state: "completed" }), buildFacts(0, { state: "sent" })], "completed", timeAt(5)],
    [
      "Declined after Completed",
      [buildFacts(5, { state: "completed" }), buildFacts(6, { state: "declined" })],
      "completed",
      timeAt(5),
    ],
    ["Completed after Voided", [buildFacts(2, { state: "voided" }), buildFacts(3, { state: "completed" })], "voided", timeAt(2)],
    [
      "all have signed, and the provider has not said that it is complete",
      [signerFacts(1, "ref-a", "signed"), signerFacts(2, "ref-b", "signed")],
      "partially_signed",
      null,
    ],
    ["an unknown signer reference", [signerFacts(1, "ref-z", "signed")], "preparing", null],
  ] as const)("%s", (_name, facts, status, ended_at) => {
    expect(applyFacts(buildEnvelope("docusign"), facts)).toMatchObject({ status, ended_at });
  });
});

describe("a request on our own page", () => {
  const buildSentEnvelope = (in_order: boolean): Envelope =>
    advanceEnvelope(buildEnvelope("builtin", { in_order }), buildFacts(0, { state: "sent", source: "user" }));
  const states = ({ signers }: Envelope) => signers.map(({ state }) => state);

  it("asks the signers in sequence or all at once", () => {
    expect(states(buildSentEnvelope(false))).toEqual(["sent", "sent"]);
    const first = buildSentEnvelope(true);
    expect(states(first)).toEqual(["sent", "waiting"]);
    const second = advanceEnvelope(first, signerFacts(3, "a", "signed"));
    expect([states(second), second.status]).toEqual([["signed", "sent"], "partially_signed"]);
    const last = advanceEnvelope(second, signerFacts(4, "b", "signed"));
    expect([last.status, last.ended_at]).toEqual(["completed", timeAt(4)]);
  });

  it("asks no further signer once one has declined", () => {
    const declined = advanceEnvelope(buildSentEnvelope(true), signerFacts(2, "a", "declined", "No"));
    expect([declined.status, declined.end_reason, states(declined)]).toEqual(["declined", "No", ["declined", "waiting"]]);
  });
});

describe("codes", () => {
  const access = { code_number: 0, code_at: null as string | null, tries: 0, codes_at: [] as string[] };

  it("are valid for ten minutes and five tries", () => {
    const issuedCode = issueCode(access, timeAt(0)) ?? expect.fail("None");
    expect(isCodeValid(issuedCode, timeAt(9))).toBe(true);
    expect(isCodeValid(issuedCode, timeAt(10))).toBe(false);
    expect(isCodeValid({ ...issuedCode, tries: 5 }, timeAt(1))).toBe(false);
  });

  it("are limited to five an hour and twenty in total", () => {
    let now = access;
    for (let count = 0; count < 5; count++) now = issueCode(now, timeAt(count)) ?? expect.fail(String(count));
    expect(issueCode(now, timeAt(5))).toBeUndefined();
    expect(issueCode(now, timeAt(61))?.code_number).toBe(6);
    expect(issueCode({ ...access, code_number: 20 }, timeAt(0))).toBeUndefined();
  });
});

describe("the hash chain of the log", () => {
  const entry = (minute: number, eventType: string): NewEntry => ({
    at: timeAt(minute),
    what: eventType,
    signer: null,
    facts: { b: "2", a: "1" },
  });
  const root = computeRootHash("sgq_1", "abc");
  const chain = appendEntries(root, [], entry(0, "requested"), entry(1, "opened"), entry(2, "signed"));

  it("is intact, in any order of the facts of an entry", () => {
    expect(findBrokenEntries(root, chain)).toEqual([]);
    expect(findBrokenEntries(root, JSON.parse(JSON.stringify(chain)))).toEqual([]);
  });

  it.each([
    ["another instant", chain.map((chainEntry, index) => (index === 1 ? { ...chainEntry, at: timeAt(7) } : chainEntry)), [2]],
    ["another fact", chain.map((chainEntry, index) => (index === 2 ? { ...chainEntry, facts: { a: "1" } } : chainEntry)), [3]],
    ["one left out", chain.filter((_, index) => index !== 1), [2]],
    ["two exchanged", [chain[0], chain[2], chain[1]] as typeof chain, [2, 3]],
  ])("tells of %s", (_name, alteredChain, broken) => {
    expect(findBrokenEntries(root, alteredChain)).toEqual(broken);
    expect(findBrokenEntries(computeRootHash("sgq_1", "abd"), chain)).toEqual([1]);
  });
});
