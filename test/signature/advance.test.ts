import { advanced, type Envelope, type Facts, isEnd, type Signer, type SignerState } from "@crm/core/signature/advance.rules.ts";
import { brokenIn, chained, type NewEntry, rootOf } from "@crm/core/signature/evidence.rules.ts";
import { anotherCode, isCodeGood } from "@crm/core/signature/session.rules.ts";
import { describe, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";

const chance = chanceOf("signatures");

/** Where requests stand: whatever order things are told in. */

const at = (minute: number): string => new Date(Date.UTC(2030, 0, 1, 9, minute)).toISOString();

const signer = (id: string, order: number, state: SignerState = "waiting"): Signer => ({
  ...{ id, ref: `ref-${id}`, order, state },
  ...{ sent_at: null, delivered_at: null, signed_at: null, declined_at: null, decline_reason: null },
});

const envelope = (provider: string, more: Partial<Envelope> = {}): Envelope => ({
  ...{ provider, status: "preparing", in_order: false, signers: [signer("a", 1), signer("b", 2)] },
  ...{ sent_at: null, delivered_at: null, ended_at: null, end_reason: null },
  ...more,
});

const fact = (minute: number, more: Partial<Facts>): Facts => ({ at: at(minute), source: "docusign", ...more });
const of = (minute: number, ref: string, state: SignerState, reason?: string): Facts =>
  fact(minute, { signers: [{ ref, state, ...(reason ? { reason } : {}) }] });

/** What a provider tells of one envelope, from its beginning to its end. */
const histories: Record<string, Facts[]> = {
  completed: [
    fact(0, { state: "sent" }),
    of(1, "ref-a", "delivered"),
    fact(1, { state: "delivered" }),
    of(2, "ref-a", "signed"),
    of(3, "ref-b", "delivered"),
    of(4, "ref-b", "signed"),
    fact(5, { state: "completed" }),
  ],
  declined: [
    fact(0, { state: "sent" }),
    of(1, "ref-a", "signed"),
    of(2, "ref-b", "delivered"),
    of(3, "ref-b", "declined", "Too dear"),
    fact(3, { state: "declined", reason: "Too dear" }),
  ],
  voided: [fact(0, { state: "sent" }), of(1, "ref-a", "signed"), fact(2, { state: "voided", reason: "A mistake" })],
  expired: [fact(0, { state: "sent" }), of(1, "ref-a", "delivered"), fact(9, { state: "expired" })],
  "sent after a failure": [fact(0, { state: "failed" }), fact(1, { state: "sent" }), of(2, "ref-a", "delivered")],
};

function* permutationsOf<T>(all: readonly T[]): Generator<T[]> {
  if (all.length <= 1) return void (yield [...all]);
  for (const [at, each] of all.entries())
    for (const rest of permutationsOf(all.filter((_, other) => other !== at))) yield [each, ...rest];
}

const told = (start: Envelope, facts: readonly Facts[]): Envelope => facts.reduce<Envelope>(advanced, start);

describe("events of a provider", () => {
  it.each(Object.entries(histories))("come to the same state in any order, doubled and late: %s", (_name, history) => {
    const start = envelope("docusign");
    const wanted = told(start, history);
    for (const order of permutationsOf(history)) expect(told(start, order)).toEqual(wanted);
    for (let run = 0; run < 200; run++) {
      const doubled = [...history, ...history, ...history].toSorted(() => chance() - 0.5);
      expect(told(start, doubled)).toEqual(wanted);
    }
  });

  it("never lead out of an end, nor back", () => {
    const all = Object.values(histories).flat();
    for (let run = 0; run < 500; run++) {
      let current = envelope("docusign");
      let end: string | undefined;
      for (const each of all.toSorted(() => chance() - 0.5)) {
        current = advanced(current, each);
        if (end !== undefined) expect(current.status).toBe(end);
        if (isEnd(current.status)) end = current.status;
      }
    }
  });

  it.each([
    ["Completed before Sent", [fact(5, { state: "completed" }), fact(0, { state: "sent" })], "completed", at(5)],
    ["Declined after Completed", [fact(5, { state: "completed" }), fact(6, { state: "declined" })], "completed", at(5)],
    ["Completed after Voided", [fact(2, { state: "voided" }), fact(3, { state: "completed" })], "voided", at(2)],
    [
      "all have signed, and the provider has not said that it is complete",
      [of(1, "ref-a", "signed"), of(2, "ref-b", "signed")],
      "partially_signed",
      null,
    ],
    ["a name that nobody has", [of(1, "ref-z", "signed")], "preparing", null],
  ] as const)("%s", (_name, facts, status, ended_at) => {
    expect(told(envelope("docusign"), facts)).toMatchObject({ status, ended_at });
  });
});

describe("our own page", () => {
  const begun = (in_order: boolean): Envelope =>
    advanced(envelope("builtin", { in_order }), fact(0, { state: "sent", source: "user" }));
  const states = ({ signers }: Envelope) => signers.map(({ state }) => state);

  it("asks one after another, or all at once", () => {
    expect(states(begun(false))).toEqual(["sent", "sent"]);
    const first = begun(true);
    expect(states(first)).toEqual(["sent", "waiting"]);
    const second = advanced(first, of(3, "a", "signed"));
    expect([states(second), second.status]).toEqual([["signed", "sent"], "partially_signed"]);
    const last = advanced(second, of(4, "b", "signed"));
    expect([last.status, last.ended_at]).toEqual(["completed", at(4)]);
  });

  it("asks nobody more once somebody has declined", () => {
    const declined = advanced(begun(true), of(2, "a", "declined", "No"));
    expect([declined.status, declined.end_reason, states(declined)]).toEqual(["declined", "No", ["declined", "waiting"]]);
  });
});

describe("codes", () => {
  const access = { code_number: 0, code_at: null as string | null, tries: 0, codes_at: [] as string[] };

  it("are good for ten minutes and five tries", () => {
    const made = anotherCode(access, at(0)) ?? expect.fail("None");
    expect(isCodeGood(made, at(9))).toBe(true);
    expect(isCodeGood(made, at(10))).toBe(false);
    expect(isCodeGood({ ...made, tries: 5 }, at(1))).toBe(false);
  });

  it("are five an hour, and twenty in all", () => {
    let now = access;
    for (let made = 0; made < 5; made++) now = anotherCode(now, at(made)) ?? expect.fail(String(made));
    expect(anotherCode(now, at(5))).toBeUndefined();
    expect(anotherCode(now, at(61))?.code_number).toBe(6);
    expect(anotherCode({ ...access, code_number: 20 }, at(0))).toBeUndefined();
  });
});

describe("the chain of what happened", () => {
  const entry = (minute: number, what: string): NewEntry => ({ at: at(minute), what, signer: null, facts: { b: "2", a: "1" } });
  const root = rootOf("sgq_1", "abc");
  const chain = chained(root, [], entry(0, "requested"), entry(1, "opened"), entry(2, "signed"));

  it("is whole, whatever order the facts of an entry are read in", () => {
    expect(brokenIn(root, chain)).toEqual([]);
    expect(brokenIn(root, JSON.parse(JSON.stringify(chain)))).toEqual([]);
  });

  it.each([
    ["another instant", chain.map((each, index) => (index === 1 ? { ...each, at: at(7) } : each)), [2]],
    ["another fact", chain.map((each, index) => (index === 2 ? { ...each, facts: { a: "1" } } : each)), [3]],
    ["one left out", chain.filter((_, index) => index !== 1), [2]],
    ["two exchanged", [chain[0], chain[2], chain[1]] as typeof chain, [2, 3]],
  ])("tells of %s", (_name, changed, broken) => {
    expect(brokenIn(root, changed)).toEqual(broken);
    expect(brokenIn(rootOf("sgq_1", "abd"), chain)).toEqual([1]);
  });
});
