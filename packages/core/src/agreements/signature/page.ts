import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { isFailure, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { name, text } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { isSameSecret } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import { MAX_DRAWING_LENGTH } from "./drawing.rules.ts";
import { Drawing } from "./drawing.ts";
import type { NewEntry } from "./evidence.rules.ts";
import { buildConsent, CONSENT_VERSION, type Translations, translationsFor } from "./i18n.ts";
import { SignatureRequest } from "./request.ts";
import { type LinkVisit, limitActions, withLink } from "./resolve-token.ts";
import { formatCodeDestination, isCodeValid, issueCode, MAX_TRIES, SESSION_MS } from "./session.rules.ts";
import { loadSignable } from "./signable.ts";
import { type Access, type SignatureRecord, SignatureRequests, type Signer } from "./signature.entity.ts";
import { SignerToken } from "./token.ts";
import { isOpen, listActiveSigners } from "./transition.rules.ts";
import { requireAccess, Transition, withEvidence } from "./transition.ts";

/** The page of a signer's link: the signer requests a code, enters it, signs or declines. Opening the page changes nothing. */

/**
 * What the page shows. `code`: no valid code and no session; `entering`: a code was sent; `signing`: this browser has a valid session; `waiting`:
 * earlier signers have not signed yet; `signed` and `ended` are final.
 */
export type Step = "code" | "entering" | "signing" | "waiting" | "signed" | "ended";

export interface PageView {
  token: string;
  organisation: string;
  /** The time zone of the tenant, for the days of instants. */
  timezone: string;
  words: Translations;
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

export interface ActionResult {
  outcome: (typeof outcomes)[number];
  view: PageView;
  /** Remaining tries of the code. */
  triesLeft?: number;
  /** The session cookie to set in the browser. */
  session?: string;
}

const token = text(300);
/** The session cookie of the browser; only its hash is stored. */
const session = text(100).default("");
const PageInput = z.object({ token, session });

export const render = fn(PageInput, ({ token: linkToken, session: sessionSecret }) =>
  withLink(linkToken, async (open) => buildView(open, sessionSecret)),
);

function buildView({ token: linkToken, request, signer, language, organisation }: LinkVisit, sessionSecret: string): PageView {
  const words = translationsFor(language);
  return {
    ...{ token: linkToken, organisation, timezone: useSettings().timezone, words, language, request, signer },
    step: resolveStep(request, signer, sessionSecret),
    ...buildConsent(words, organisation),
  };
}

function resolveStep(request: SignatureRecord, signer: Signer, sessionSecret: string): Step {
  if (signer.state === "signed") return "signed";
  if (!isOpen(request.status)) return "ended";
  if (!listActiveSigners(request.signers, request.in_order).includes(signer.id)) return "waiting";
  const access = requireAccess(request, signer.id);
  if (isSessionValid(access, sessionSecret)) return "signing";
  return isCodeValid(access, Clock.now()) ? "entering" : "code";
}

/** Returns whether this is the browser in which the code was entered, and its session has not expired. */
const isSessionValid = ({ session: sessionHash, session_until }: Access, sessionSecret: string): boolean =>
  sessionHash !== null &&
  session_until !== null &&
  session_until > Clock.now() &&
  isSameSecret(sessionHash, sha256(sessionSecret));

const withRequest = (open: LinkVisit, request: SignatureRecord): LinkVisit => ({
  ...open,
  request,
  signer: request.signers.find(({ id }) => id === open.signer.id) ?? open.signer,
});

/** Returns network address and user agent, for the evidence. */
function readClientInfo(): Record<string, string> {
  const { ip = "unknown", user_agent } = useRequest();
  return { ip_address: ip, user_agent: (user_agent ?? "unknown").slice(0, 256) };
}

/** Returns whether the signer can act now. It is checked again at each retry of a change. */
const canAct = (request: SignatureRecord, signer: Signer): boolean =>
  isOpen(request.status) &&
  request.expires_at > Clock.now() &&
  listActiveSigners(request.signers, request.in_order).includes(signer.id);

const withAccess = (request: SignatureRecord, signer: string, access: Access): SignatureRecord => ({
  ...request,
  access: { ...request.access, [signer]: access },
});

/** Sends a code to the mailbox or the telephone of the signer. */
export const sendCode = fn(PageInput, ({ token: linkToken, session: sessionSecret }) =>
  withLink(linkToken, async (open): Promise<ActionResult> => {
    await limitActions(open);
    let outcome: ActionResult["outcome"] = "ended";
    const { id: signer } = open.signer;
    const after = await SignatureRequest.change(open.request.id, async (current) => {
      const now = Clock.now();
      const isFirst = !current.evidence.some((entry) => entry.what === "opened" && entry.signer === signer);
      outcome = "ended";
      if (!canAct(current, findSigner(current, signer))) return current;
      const next = issueCode(requireAccess(current, signer), now);
      outcome = next ? "code_sent" : "code_many";
      if (!next) return current;
      const facts = readClientInfo();
      const entries: NewEntry[] = [
        ...(isFirst ? [{ at: now, what: "opened", signer, facts }] : []),
        { at: now, what: "code_sent", signer, facts: { ...facts, ...codeDestination(findSigner(current, signer)) } },
      ];
      return withEvidence(withAccess(current, signer, { ...next, code_in: current.version + 1 }), ...entries);
    });
    return { outcome, view: buildView(withRequest(open, after), sessionSecret) };
  }),
);

const codeDestination = (signer: Signer): Record<string, string> => ({ to: formatCodeDestination(signer), by: signer.code_by });

const findSigner = (request: SignatureRecord, signer: string): Signer => {
  const match = request.signers.find(({ id }) => id === signer);
  if (!match) throw notFound();
  return match;
};

/** Checks a code. The browser that enters the right one gets a session, and any earlier session of the signer ends. */
export const enterCode = fn(PageInput.extend({ code: text(20) }), ({ token: linkToken, session: sessionSecret, code }) =>
  withLink(linkToken, async (open): Promise<ActionResult> => {
    await limitActions(open);
    const { id: signer } = open.signer;
    const fresh = randomBytes(32).toString("base64url");
    let outcome: ActionResult["outcome"] = "ended";
    let remainingTries = 0;
    const after = await SignatureRequest.change(open.request.id, async (current, tx) => {
      const now = Clock.now();
      outcome = "ended";
      if (!canAct(current, findSigner(current, signer))) return current;
      const access = requireAccess(current, signer);
      outcome = "code_over";
      if (!isCodeValid(access, now)) return current;
      const facts = readClientInfo();
      if (!(await SignerToken.isCode(current.id, signer, access, code.replaceAll(/\s/g, "")))) {
        const tries = access.tries + 1;
        remainingTries = MAX_TRIES - tries;
        outcome = remainingTries > 0 ? "code_wrong" : "code_over";
        const failedRequest = withAccess(current, signer, { ...access, tries });
        return remainingTries > 0 ? failedRequest : withEvidence(failedRequest, { at: now, what: "code_used_up", signer, facts });
      }
      outcome = "entered";
      const session_until = new Date(Date.parse(now) + SESSION_MS).toISOString();
      const entered = { ...access, code_at: null, session: sha256(fresh), session_until };
      const evidence = [{ at: now, what: "code_entered", signer, facts }];
      const statusFacts = { signers: [{ ref: signer, state: "delivered" as const, time: now }], time: now, source: "page" };
      const next = await Transition.applyFactsIn(tx, withAccess(current, signer, entered), statusFacts, { evidence });
      // The signer may be delivered already, so the facts change nothing. The entry about the code is written anyway.
      return next.evidence === current.evidence ? withEvidence(next, ...evidence) : next;
    });
    const isIn = (outcome as ActionResult["outcome"]) === "entered";
    return {
      outcome,
      triesLeft: remainingTries,
      view: buildView(withRequest(open, after), isIn ? fresh : sessionSecret),
      ...(isIn ? { session: fresh } : {}),
    };
  }),
);

const SignInput = PageInput.extend({
  name: name(100),
  document_hash: text(64),
  drawing: text(MAX_DRAWING_LENGTH).default("").describe("Drawn signature, in addition to the name"),
});

/** Signs the file that was shown, with the typed name and the drawing, if there is one. */
export const sign = fn(SignInput, ({ token: linkToken, session: sessionSecret, name: typed, document_hash, drawing }) =>
  withLink(linkToken, (open) =>
    runAction(
      open,
      sessionSecret,
      async (current, signer, tx) => {
        if (document_hash !== current.document_hash) return "impossible";
        const why = await (await loadSignable(current.subject_type)).findObstacle(current.subject_id);
        if (why !== undefined) return "impossible";
        const drawing_hash = await Drawing.store(current.id, drawing);
        const now = Clock.now();
        const words = translationsFor(open.language);
        const { consent, disclosure } = buildConsent(words, open.organisation);
        const facts = readClientInfo();
        const evidence: NewEntry[] = [
          {
            ...{ at: now, what: "consented", signer: signer.id },
            facts: {
              ...{ version: CONSENT_VERSION, language: open.language, text: consent, text_sha256: sha256(consent) },
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
        const signedRequest = {
          ...current,
          signers: current.signers.map((requestSigner) =>
            requestSigner.id === signer.id ? { ...requestSigner, signed_name: typed, drawing_hash } : requestSigner,
          ),
        };
        const statusFacts = { signers: [{ ref: signer.id, state: "signed" as const, time: now }], time: now, source: "page" };
        return Transition.applyFactsIn(tx, closeSession(signedRequest, signer.id), statusFacts, { evidence });
      },
      "signed",
    ),
  ),
);

export const decline = fn(
  PageInput.extend({ reason: text(2000).trim().min(1) }),
  ({ token: linkToken, session: sessionSecret, reason }) =>
    withLink(linkToken, (open) =>
      runAction(
        open,
        sessionSecret,
        async (current, signer, tx) => {
          const now = Clock.now();
          const evidence = [{ at: now, what: "declined", signer: signer.id, facts: { ...readClientInfo(), reason } }];
          const statusFacts = {
            signers: [{ ref: signer.id, state: "declined" as const, time: now, reason }],
            time: now,
            source: "page",
            reason,
          };
          return Transition.applyFactsIn(tx, closeSession(current, signer.id), statusFacts, { evidence });
        },
        "declined",
      ),
    ),
);

/** Ends the signer's session. */
const closeSession = (request: SignatureRecord, signer: string): SignatureRecord =>
  withAccess(request, signer, { ...requireAccess(request, signer), session: null, session_until: null });

type SigningAction = (
  current: SignatureRecord,
  signer: Signer,
  tx: Parameters<typeof Transition.applyFactsIn>[0],
) => Promise<SignatureRecord | "impossible">;

/** Runs an action in the session of the signer, at most once. */
async function runAction(
  open: LinkVisit,
  sessionSecret: string,
  act: SigningAction,
  done: "signed" | "declined",
): Promise<ActionResult> {
  await limitActions(open);
  let outcome: ActionResult["outcome"] = done;
  const latestRequest = { value: open.request };
  try {
    latestRequest.value = await SignatureRequest.change(open.request.id, async (current, tx) => {
      latestRequest.value = current;
      const signer = findSigner(current, open.signer.id);
      outcome = findObstacle(current, signer, sessionSecret) ?? done;
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
  if ((outcome as ActionResult["outcome"]) === "impossible") {
    const now = (await Records.load(SignatureRequests, open.request.id, { live: true })) ?? latestRequest.value;
    // If the request has changed meanwhile, the same form may have been submitted twice. Otherwise the record cannot follow, and nothing is signed.
    if (now.version !== latestRequest.value.version)
      outcome = findObstacle(now, findSigner(now, open.signer.id), sessionSecret) ?? outcome;
    latestRequest.value = now;
  }
  return { outcome, view: buildView(withRequest(open, latestRequest.value), sessionSecret) };
}

/** Returns why the action is not possible in this session, or undefined. */
function findObstacle(current: SignatureRecord, signer: Signer, sessionSecret: string): ActionResult["outcome"] | undefined {
  const access = requireAccess(current, signer.id);
  if (signer.state === "signed" || signer.state === "declined") return "repeated";
  if (!canAct(current, signer)) return "ended";
  return isSessionValid(access, sessionSecret) ? undefined : "session_over";
}

/** Returns the document that is signed. */
export const downloadDocument = fn(PageInput, ({ token: linkToken }) =>
  withLink(linkToken, ({ request }) => SignatureRequest.loadDocument(request)),
);

/** Returns the certificate, once it exists. */
export const downloadCertificate = fn(PageInput, ({ token: linkToken }) =>
  withLink(linkToken, async ({ request }) => {
    if (request.certificate_key === null) throw notFound();
    return SignatureRequest.loadCertificate(request);
  }),
);

export * as SigningPage from "./page.ts";
export { fillPlaceholders };
