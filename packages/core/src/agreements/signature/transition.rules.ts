/**
 * Where a request for signatures stands, and what becomes of it by what somebody tells. Pure, and the same in whatever order it is told and
 * however often: states go forward only, instants are the earliest that were told, and an end stays.
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
export type RequestState = (typeof requestStates)[number];

export const signerStates = ["waiting", "sent", "delivered", "signed", "declined"] as const;
export type SignerState = (typeof signerStates)[number];

export const endStates = ["completed", "declined", "voided", "expired"] as const;
export type EndState = (typeof endStates)[number];

export const isEnd = (state: RequestState): state is EndState => (endStates as readonly string[]).includes(state);

/** Somebody may still sign it, or it is being sent. */
export const isOpen = (state: RequestState): boolean => !isEnd(state);

/** One that could not be sent is sent all the same where its provider says so later. */
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
  /** Of the request as a whole, where that is told. */
  state?: RequestState;
  /** Of those who sign, by what they are called there: their provider's name of them, or their id. */
  signers?: readonly SignerFact[];
  /** When what is told was so, as far as nothing else is said of a signer. */
  at: string;
  /** Who tells it: `page`, `user`, `clock`, `docusign`, `reconciliation`. */
  source: string;
  reason?: string;
}

export interface SignerFact {
  ref: string;
  state: SignerState;
  at?: string;
  reason?: string;
}

export interface Signer {
  id: string;
  /** What its provider calls them. */
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

/** What is told, taken into what is known. */
export function advanceEnvelope<S extends Signer, E extends Envelope<S>>(envelope: E, facts: Facts): E {
  const told = envelope.signers.map((signer) => {
    const own = (facts.signers ?? []).filter(({ ref }) => ref === signer.id || ref === signer.ref);
    return own.reduce((each, fact) => applySignerFact(each, fact, facts), signer);
  });
  const status = resolveStatus(envelope, told, facts);
  const signers = isEnd(status) ? told : inviteNext(envelope, told, status, facts.at);
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

const instantIfState = ({ state, at }: Facts, wanted: RequestState): string | null => (state === wanted ? at : null);

const pickEarliest = (...instants: readonly (string | null)[]): string | null =>
  instants.reduce((first, each) => (first === null || (each !== null && each < first) ? each : first), null);

function applySignerFact<S extends Signer>(signer: S, fact: SignerFact, { at: otherwise }: Facts): S {
  const { state, at = otherwise, reason } = fact;
  if (state === "waiting") return signer;
  // Who has signed does not decline, nor the other way round.
  const isOther = signerRank[signer.state] === 3 && signerRank[state] === 3 && signer.state !== state;
  if (isOther) return signer;
  const field = `${state}_at` as const;
  const isFurther = signerRank[state] > signerRank[signer.state];
  return {
    ...signer,
    [field]: pickEarliest(signer[field], at),
    ...(isFurther ? { state } : {}),
    ...(state === "declined" ? { decline_reason: signer.decline_reason ?? reason ?? null } : {}),
  };
}

function resolveStatus(envelope: Envelope, signers: readonly Signer[], { state }: Facts): RequestState {
  const wanted = [state, ...listImpliedStates(envelope, signers)].filter((each) => each !== undefined);
  // Ends are of one rank: the first stays.
  return wanted.reduce<RequestState>((best, each) => (stateRank[each] > stateRank[best] ? each : best), envelope.status);
}

/**
 * What follows from how those stand who sign. That all have signed completes what is signed on our own page; a provider says itself when
 * it is complete, because its file is made then.
 */
function listImpliedStates({ provider }: Envelope, signers: readonly Signer[]): RequestState[] {
  const has = (...states: readonly SignerState[]): boolean => signers.some(({ state }) => states.includes(state));
  if (has("declined")) return ["declined"];
  if (provider === BUILTIN && signers.every(({ state }) => state === "signed")) return ["completed"];
  if (has("signed")) return ["partially_signed"];
  if (has("delivered")) return ["delivered"];
  return has("sent") ? ["sent"] : [];
}

export const BUILTIN = "builtin";

/** On our own page whoever is next is asked once nobody is before them. */
function inviteNext<S extends Signer>(
  { provider, in_order }: Envelope,
  signers: readonly S[],
  status: RequestState,
  at: string,
): S[] {
  if (provider !== BUILTIN || stateRank[status] < stateRank.sent) return [...signers];
  const turn = listActiveSigners(signers, in_order);
  return signers.map((signer) =>
    signer.state === "waiting" && turn.includes(signer.id) ? { ...signer, state: "sent", sent_at: at } : signer,
  );
}

/** Ids of those whose turn it is: of all who have not signed, or of the first among them. */
export function listActiveSigners(signers: readonly Signer[], in_order: boolean): string[] {
  const left = signers.filter(({ state }) => state !== "signed" && state !== "declined");
  const first = Math.min(...left.map(({ order }) => order));
  return left.filter(({ order }) => !in_order || order === first).map(({ id }) => id);
}

function resolveEnd(envelope: Envelope, signers: readonly Signer[], status: EndState, facts: Facts) {
  const declined = signers
    .filter(({ state }) => state === "declined")
    .toSorted((one, other) => ((one.declined_at ?? "") < (other.declined_at ?? "") ? -1 : 1))[0];
  const last = signers.reduce<string | null>(
    (latest, { signed_at }) => ((signed_at ?? "") > (latest ?? "") ? signed_at : latest),
    null,
  );
  const own =
    facts.state === status
      ? facts.at
      : isEnd(envelope.status)
        ? null
        : status === "declined"
          ? (declined?.declined_at ?? facts.at)
          : (last ?? facts.at);
  return {
    ended_at: pickEarliest(envelope.ended_at, own),
    end_reason: declined?.decline_reason ?? envelope.end_reason ?? (facts.state === status ? (facts.reason ?? null) : null),
  };
}
