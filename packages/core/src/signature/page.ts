import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useRequest } from "../kernel/context.ts";
import { isFailure, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { name, text } from "../kernel/schema.ts";
import { isSame } from "../storage/vault/secret.ts";
import { Records } from "../storage/write/records.ts";
import { isOpen, turnOf } from "./advance.rules.ts";
import { Advance, accessOf, withEvidence } from "./advance.ts";
import { LONGEST } from "./drawing.rules.ts";
import { Drawing } from "./drawing.ts";
import { type Opened, takeAct, through } from "./entrance.ts";
import { type NewEntry, sha256 } from "./evidence.rules.ts";
import { SignatureRequest } from "./request.ts";
import { anotherCode, codeTo, isCodeGood, SESSION, TRIES } from "./session.rules.ts";
import { signableOf } from "./signable.ts";
import { type Access, type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";
import { CONSENT_VERSION, consentOf, filled, type Words, wordsOf } from "./words.ts";

/** What whoever signs does on the page of their link: has a code sent, enters it, signs or declines. Opening it does nothing. */

/**
 * `code`: no code has been entered in this browser; `entering`: one was sent; `signing`: this browser may sign; the others end it, or say
 * that it is not their turn.
 */
export type Step = "code" | "entering" | "signing" | "waiting" | "signed" | "ended";

export interface Look {
  token: string;
  organisation: string;
  words: Words;
  language: string;
  request: SignatureRecord;
  signer: Signer;
  step: Step;
  consent: string;
  disclosure: string;
}

export const outcomes = [
  "code_sent",
  "code_many",
  "code_wrong",
  "code_over",
  "entered",
  "signed",
  "declined",
  "repeated",
  "session_over",
  "impossible",
  "ended",
] as const;

export interface Done {
  outcome: (typeof outcomes)[number];
  look: Look;
  /** Tries that are left of a code. */
  left?: number;
  /** What the browser is to hold from now on. */
  session?: string;
}

const token = text(300);
/** What the browser holds that entered a code. */
const session = text(100).default("");
const Asked = z.object({ token, session });

export const look = fn(Asked, ({ token: given, session: held }) => through(given, async (open) => lookOf(open, held)));

function lookOf({ token: given, request, signer, organisation }: Opened, held: string): Look {
  const words = wordsOf(request.language);
  return {
    ...{ token: given, organisation, words, language: request.language, request, signer },
    step: stepOf(request, signer, held),
    ...consentOf(words, organisation),
  };
}

function stepOf(request: SignatureRecord, signer: Signer, held: string): Step {
  if (signer.state === "signed") return "signed";
  if (!isOpen(request.status)) return "ended";
  if (!turnOf(request.signers, request.in_order).includes(signer.id)) return "waiting";
  const access = accessOf(request, signer.id);
  if (isHeld(access, held)) return "signing";
  return isCodeGood(access, Clock.now()) ? "entering" : "code";
}

/** Whether this is the browser in which the code was entered, not long ago. */
const isHeld = ({ session: kept, session_until }: Access, held: string): boolean =>
  kept !== null && session_until !== null && session_until > Clock.now() && isSame(kept, sha256(held));

const again = (open: Opened, request: SignatureRecord): Opened => ({
  ...open,
  request,
  signer: request.signers.find(({ id }) => id === open.signer.id) ?? open.signer,
});

/** Where somebody is who does something, as it is kept. */
function whereabouts(): Record<string, string> {
  const { ip = "unknown", user_agent } = useRequest();
  return { ip_address: ip, user_agent: (user_agent ?? "unknown").slice(0, 256) };
}

/** Whether they may do something by now, read anew within each try of a change. */
const mayAct = (request: SignatureRecord, signer: Signer): boolean =>
  isOpen(request.status) && request.expires_at > Clock.now() && turnOf(request.signers, request.in_order).includes(signer.id);

const accessed = (request: SignatureRecord, signer: string, access: Access): SignatureRecord => ({
  ...request,
  access: { ...request.access, [signer]: access },
});

/** Sends a code to the mailbox or the telephone of whoever signs, and to no other. */
export const code = fn(Asked, ({ token: given, session: held }) =>
  through(given, async (open): Promise<Done> => {
    await takeAct(open);
    let outcome: Done["outcome"] = "ended";
    const { id: signer } = open.signer;
    const after = await SignatureRequest.change(open.request.id, async (current) => {
      const now = Clock.now();
      const isFirst = !current.evidence.some((entry) => entry.what === "opened" && entry.signer === signer);
      outcome = "ended";
      if (!mayAct(current, signerIn(current, signer))) return current;
      const next = anotherCode(accessOf(current, signer), now);
      outcome = next ? "code_sent" : "code_many";
      if (!next) return current;
      const facts = whereabouts();
      const entries: NewEntry[] = [
        ...(isFirst ? [{ at: now, what: "opened", signer, facts }] : []),
        { at: now, what: "code_sent", signer, facts: { ...facts, ...sentTo(signerIn(current, signer)) } },
      ];
      return withEvidence(accessed(current, signer, { ...next, code_in: current.version + 1 }), ...entries);
    });
    return { outcome, look: lookOf(again(open, after), held) };
  }),
);

const sentTo = (signer: Signer): Record<string, string> => ({ to: codeTo(signer), by: signer.code_by });

const signerIn = (request: SignatureRecord, signer: string): Signer => {
  const found = request.signers.find(({ id }) => id === signer);
  if (!found) throw notFound();
  return found;
};

/** The code of the mail: the browser that has it may sign, and no other that had one before. */
export const enter = fn(Asked.extend({ code: text(20) }), ({ token: given, session: held, code: typed }) =>
  through(given, async (open): Promise<Done> => {
    await takeAct(open);
    const { id: signer } = open.signer;
    const fresh = randomBytes(32).toString("base64url");
    let outcome: Done["outcome"] = "ended";
    let left = 0;
    const after = await SignatureRequest.change(open.request.id, async (current, tx) => {
      const now = Clock.now();
      outcome = "ended";
      if (!mayAct(current, signerIn(current, signer))) return current;
      const access = accessOf(current, signer);
      outcome = "code_over";
      if (!isCodeGood(access, now)) return current;
      const wanted = await SignerToken.codeOf(current.id, signer, access);
      const facts = whereabouts();
      if (!isSame(wanted, typed.replaceAll(/\s/g, ""))) {
        const tries = access.tries + 1;
        left = TRIES - tries;
        outcome = left > 0 ? "code_wrong" : "code_over";
        const missed = accessed(current, signer, { ...access, tries });
        return left > 0 ? missed : withEvidence(missed, { at: now, what: "code_used_up", signer, facts });
      }
      outcome = "entered";
      const session_until = new Date(Date.parse(now) + SESSION).toISOString();
      const entered = { ...access, code_at: null, session: sha256(fresh), session_until };
      const evidence = [{ at: now, what: "code_entered", signer, facts }];
      const told = { signers: [{ ref: signer, state: "delivered" as const, at: now }], at: now, source: "page" };
      const next = await Advance.within(tx, accessed(current, signer, entered), told, { evidence });
      // Who came before is known as delivered: the entry is written all the same.
      return next.evidence === current.evidence ? withEvidence(next, ...evidence) : next;
    });
    const isIn = (outcome as Done["outcome"]) === "entered";
    return { outcome, left, look: lookOf(again(open, after), isIn ? fresh : held), ...(isIn ? { session: fresh } : {}) };
  }),
);

const Signed = Asked.extend({
  name: name(100),
  document_hash: text(64),
  drawing: text(LONGEST).default("").describe("Beside the name, where they drew one"),
});

/** Signs the file that was shown, in the name that was typed; what was drawn stands beside it. */
export const sign = fn(Signed, ({ token: given, session: held, name: typed, document_hash, drawing }) =>
  through(given, (open) =>
    acting(
      open,
      held,
      async (current, signer, tx) => {
        if (document_hash !== current.document_hash) return "impossible";
        const why = await (await signableOf(current.subject_type)).guard(current.subject_id);
        if (why !== undefined) return "impossible";
        const drawing_hash = await Drawing.keep(current.id, drawing);
        const now = Clock.now();
        const words = wordsOf(current.language);
        const { consent, disclosure } = consentOf(words, open.organisation);
        const facts = whereabouts();
        const evidence: NewEntry[] = [
          {
            ...{ at: now, what: "consented", signer: signer.id },
            facts: {
              ...{ version: CONSENT_VERSION, language: current.language, text: consent, text_sha256: sha256(consent) },
              ...{ disclosure, disclosure_sha256: sha256(disclosure) },
            },
          },
          {
            ...{ at: now, what: "signed", signer: signer.id },
            facts: {
              ...{ ...facts, name: typed, document: current.document_hash },
              ...(drawing_hash === null ? {} : { drawing_sha256: drawing_hash }),
            },
          },
        ];
        const named = {
          ...current,
          signers: current.signers.map((each) => (each.id === signer.id ? { ...each, signed_name: typed, drawing_hash } : each)),
        };
        const told = { signers: [{ ref: signer.id, state: "signed" as const, at: now }], at: now, source: "page" };
        return Advance.within(tx, leaving(named, signer.id), told, { evidence });
      },
      "signed",
    ),
  ),
);

export const decline = fn(Asked.extend({ reason: text(2000).trim().min(1) }), ({ token: given, session: held, reason }) =>
  through(given, (open) =>
    acting(
      open,
      held,
      async (current, signer, tx) => {
        const now = Clock.now();
        const evidence = [{ at: now, what: "declined", signer: signer.id, facts: { ...whereabouts(), reason } }];
        const told = {
          signers: [{ ref: signer.id, state: "declined" as const, at: now, reason }],
          at: now,
          source: "page",
          reason,
        };
        return Advance.within(tx, leaving(current, signer.id), told, { evidence });
      },
      "declined",
    ),
  ),
);

/** Nobody does anything in this session any more. */
const leaving = (request: SignatureRecord, signer: string): SignatureRecord =>
  accessed(request, signer, { ...accessOf(request, signer), session: null, session_until: null });

type Act = (
  current: SignatureRecord,
  signer: Signer,
  tx: Parameters<typeof Advance.within>[0],
) => Promise<SignatureRecord | "impossible">;

/** In the session of whoever entered the code, and once. */
async function acting(open: Opened, held: string, act: Act, done: "signed" | "declined"): Promise<Done> {
  await takeAct(open);
  let outcome: Done["outcome"] = done;
  const found = { value: open.request };
  try {
    found.value = await SignatureRequest.change(open.request.id, async (current, tx) => {
      found.value = current;
      const signer = signerIn(current, open.signer.id);
      outcome = notNow(current, signer, held) ?? done;
      if (outcome !== done) return current;
      const next = await act(current, signer, tx);
      if (next !== "impossible") return next;
      outcome = "impossible";
      return current;
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT") && !isFailure(error, "RULE_VIOLATION") && !isFailure(error, "VALIDATION_ERROR"))
      throw error;
    outcome = "impossible";
  }
  if ((outcome as Done["outcome"]) === "impossible") {
    const now = (await Records.load(SignatureRequests, open.request.id, { live: true })) ?? found.value;
    // Another submission of the same came first, or else what follows for the record cannot be any more: nothing is signed.
    if (now.version !== found.value.version) outcome = notNow(now, signerIn(now, open.signer.id), held) ?? outcome;
    found.value = now;
  }
  return { outcome, look: lookOf(again(open, found.value), held) };
}

/** Why it cannot be done in this session. */
function notNow(current: SignatureRecord, signer: Signer, held: string): Done["outcome"] | undefined {
  const access = accessOf(current, signer.id);
  if (signer.state === "signed" || signer.state === "declined") return "repeated";
  if (!mayAct(current, signer)) return "ended";
  return isHeld(access, held) ? undefined : "session_over";
}

/** What is signed, as a file to keep. */
export const document = fn(Asked, ({ token: given }) => through(given, ({ request }) => SignatureRequest.documentOf(request)));

/** What happened, for those who have signed it. */
export const certificate = fn(Asked, ({ token: given }) =>
  through(given, async ({ request }) => {
    if (request.certificate_key === null) throw notFound();
    return SignatureRequest.certificateOf(request);
  }),
);

export * as SigningPage from "./page.ts";
export { filled };
