/**
 * Pure rules: how facts change a signature request. The result is the same for duplicate and unordered facts: states only move forward, instants are
 * the earliest reported, and a final status never changes.
 */

export const requestStates = [
  "preparing",
  "failed",
  "sent",
  "delivered",
  "partially_signed",
  "completed",
  "declined",
  "voided",
  "expired",
] as const;
type RequestState = (typeof requestStates)[number];

export const signerStates = ["waiting", "sent", "delivered", "signed", "declined"] as const;
export type SignerState = (typeof signerStates)[number];

const endStates = ["completed", "declined", "voided", "expired"] as const;
type EndState = (typeof endStates)[number];

export const isEnd = (state: RequestState): state is EndState => (endStates as readonly string[]).includes(state);

/** Returns whether the request can still be signed or is being sent. */
export const isOpen = (state: RequestState): boolean => !isEnd(state);

/** A failed request can still become sent, if its provider reports that later. */
const stateRank: Readonly<Record<RequestState, number>> = {
  preparing: 0,
  failed: 1,
  sent: 2,
  delivered: 3,
  partially_signed: 4,
  completed: 5,
  declined: 5,
  voided: 5,
  expired: 5,
};

const signerRank: Readonly<Record<SignerState, number>> = { waiting: 0, sent: 1, delivered: 2, signed: 3, declined: 3 };

export interface Facts {
  /** State of the whole request, if known. */
  state?: RequestState;
  /** Facts about signers, by the provider's `ref` or by our id. */
  signers?: readonly SignerFact[];
  /** When the facts became true. A signer's fact without an instant uses it. */
  time: string;
  /** Who reports the facts: `page`, `user`, `clock`, `docusign`, `reconciliation`. */
  source: string;
  reason?: string;
}

interface SignerFact {
  ref: string;
  state: SignerState;
  time?: string;
  reason?: string;
}

export interface Signer {
  id: string;
  /** The provider's name for the signer. */
  ref: string | null;
  order: number;
  state: SignerState;
  sent_at: string | null;
  delivered_at: string | null;
  signed_at: string | null;
  declined_at: string | null;
  decline_reason: string | null;
}

export interface Envelope<S extends Signer = Signer> {
  provider: string;
  status: RequestState;
  in_order: boolean;
  signers: readonly S[];
  sent_at: string | null;
  delivered_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
}

/** Applies facts to an envelope. */
export function advanceEnvelope<S extends Signer, E extends Envelope<S>>(envelope: E, facts: Facts): E {
  const updatedSigners = envelope.signers.map((signer) => {
    const signerFacts = (facts.signers ?? []).filter(({ ref }) => ref === signer.id || ref === signer.ref);
    return signerFacts.reduce((currentSigner, fact) => applySignerFact(currentSigner, fact, facts), signer);
  });
  const status = resolveStatus(envelope, updatedSigners, facts);
  const signers = isEnd(status) ? updatedSigners : inviteNext(envelope, updatedSigners, status, facts.time);
  const delivered = pickEarliest(envelope.delivered_at, ...signers.map(({ delivered_at }) => delivered_at));
  return {
    ...envelope,
    signers,
    status,
    sent_at: pickEarliest(envelope.sent_at, ...signers.map(({ sent_at }) => sent_at), instantIfState(facts, "sent")),
    delivered_at: pickEarliest(delivered, instantIfState(facts, "delivered")),
    ...(isEnd(status) ? resolveEnd(envelope, signers, status, facts) : {}),
  };
}

const instantIfState = ({ state, time }: Facts, expectedState: RequestState): string | null =>
  state === expectedState ? time : null;

const pickEarliest = (...instants: readonly (string | null)[]): string | null =>
  instants.reduce((first, instant) => (first === null || (instant !== null && instant < first) ? instant : first), null);

function applySignerFact<S extends Signer>(signer: S, fact: SignerFact, { time: otherwise }: Facts): S {
  const { state, time = otherwise, reason } = fact;
  if (state === "waiting") return signer;
  // A signer who has signed cannot decline any more, and vice versa.
  const isOther = signerRank[signer.state] === 3 && signerRank[state] === 3 && signer.state !== state;
  if (isOther) return signer;
  const field = `${state}_at` as const;
  const isFurther = signerRank[state] > signerRank[signer.state];
  return {
    ...signer,
    [field]: pickEarliest(signer[field], time),
    ...(isFurther ? { state } : {}),
    ...(state === "declined" ? { decline_reason: signer.decline_reason ?? reason ?? null } : {}),
  };
}

function resolveStatus(envelope: Envelope, signers: readonly Signer[], { state }: Facts): RequestState {
  const states = [state, ...listImpliedStates(envelope, signers)].filter((candidate) => candidate !== undefined);
  // Final states have the same rank, so the first one stays.
  return states.reduce<RequestState>(
    (best, candidate) => (stateRank[candidate] > stateRank[best] ? candidate : best),
    envelope.status,
  );
}

/**
 * Returns the states that follow from the signers' states. On our own page the last signature completes the request. A provider reports completion
 * itself, because it makes the signed file at that moment.
 */
function listImpliedStates({ provider }: Envelope, signers: readonly Signer[]): RequestState[] {
  const hasSigner = (...states: readonly SignerState[]): boolean => signers.some(({ state }) => states.includes(state));
  if (hasSigner("declined")) return ["declined"];
  if (provider === BUILTIN && signers.every(({ state }) => state === "signed")) return ["completed"];
  if (hasSigner("signed")) return ["partially_signed"];
  if (hasSigner("delivered")) return ["delivered"];
  return hasSigner("sent") ? ["sent"] : [];
}

export const BUILTIN = "builtin";

/** On our own page, marks the next signers as asked when all earlier ones have signed. */
function inviteNext<S extends Signer>(
  { provider, in_order }: Envelope,
  signers: readonly S[],
  status: RequestState,
  time: string,
): S[] {
  if (provider !== BUILTIN || stateRank[status] < stateRank.sent) return [...signers];
  const turn = listActiveSigners(signers, in_order);
  return signers.map((signer) =>
    signer.state === "waiting" && turn.includes(signer.id) ? { ...signer, state: "sent", sent_at: time } : signer,
  );
}

/** Returns the ids of the signers who can sign now: with `in_order` those with the lowest open order, otherwise all who have not signed. */
export function listActiveSigners(signers: readonly Signer[], in_order: boolean): string[] {
  const openSigners = signers.filter(({ state }) => state !== "signed" && state !== "declined");
  const first = Math.min(...openSigners.map(({ order }) => order));
  return openSigners.filter(({ order }) => !in_order || order === first).map(({ id }) => id);
}

function resolveEnd(envelope: Envelope, signers: readonly Signer[], status: EndState, facts: Facts) {
  const declined = signers
    .filter(({ state }) => state === "declined")
    .toSorted((signer, otherSigner) => ((signer.declined_at ?? "") < (otherSigner.declined_at ?? "") ? -1 : 1))[0];
  const last = signers.reduce<string | null>(
    (latest, { signed_at }) => ((signed_at ?? "") > (latest ?? "") ? signed_at : latest),
    null,
  );
  const endTime =
    facts.state === status
      ? facts.time
      : isEnd(envelope.status)
        ? null
        : status === "declined"
          ? (declined?.declined_at ?? facts.time)
          : (last ?? facts.time);
  return {
    ended_at: pickEarliest(envelope.ended_at, endTime),
    end_reason: declined?.decline_reason ?? envelope.end_reason ?? (facts.state === status ? (facts.reason ?? null) : null),
  };
}
