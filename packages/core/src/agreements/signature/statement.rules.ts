import { sha256 } from "../../kernel/sha256.ts";
import { parseStrokes } from "./drawing.rules.ts";
import { computeRootHash, type EvidenceEntry, findBrokenEntries } from "./evidence.rules.ts";

/**
 * Pure rules: the statement of a certificate as JSON, embedded in the certificate's PDF. This module depends on nothing else in the project, so that
 * anyone who has both files can verify them (docs/agreements/signatures.md).
 */
export interface Statement {
  version: 1;
  request: string;
  organisation: string;
  subject: { type: string; id: string; name: string };
  document: { name: string; sha256: string };
  /** SHA-256 of the file after all have signed. On our own page it is the document itself. */
  signed_sha256: string;
  /** SHA-256 of the provider's certificate, if that is a file of its own. */
  provider_certificate_sha256?: string;
  signers: readonly {
    id: string;
    name: string;
    email: string;
    role: string;
    order: number;
    signed_name: string | null;
    signed_at: string | null;
    /** The drawing, if the signer drew one: points of strokes (`parseStrokes`). */
    drawing?: string;
  }[];
  events: readonly EvidenceEntry[];
  /** Hash of the last event; it covers all events. */
  last_hash: string;
}

const COMMENT_PREFIX = "%signature-statement ";
const MAX_LINE_LENGTH = 200;

/** Embeds the statement in a PDF as comments, at a place where they move no offset of the file (ISO 32000-1, 7.2.3). */
export function withStatement(pdf: Uint8Array, statement: Statement): Uint8Array {
  const file = Buffer.from(pdf);
  const offset = file.lastIndexOf("startxref");
  if (offset < 0) throw new Error("The file is not a PDF");
  const payload = Buffer.from(JSON.stringify(statement)).toString("base64url");
  const lines = payload.match(new RegExp(`.{1,${MAX_LINE_LENGTH}}`, "g")) ?? [];
  const comments = Buffer.from(lines.map((line) => `${COMMENT_PREFIX}${line}\n`).join(""), "latin1");
  return Buffer.concat([file.subarray(0, offset), comments, file.subarray(offset)]);
}

/** Parses the statement from a certificate, PDF or JSON. */
export function parseStatement(bytes: Uint8Array): Statement {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith("%PDF-")) return JSON.parse(Buffer.from(bytes).toString("utf8")) as Statement;
  const payload = text
    .split("\n")
    .filter((line) => line.startsWith(COMMENT_PREFIX))
    .map((line) => line.slice(COMMENT_PREFIX.length).trim())
    .join("");
  if (payload === "") throw new Error("The PDF contains no statement of signatures");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Statement;
}

interface Finding {
  isRight: boolean;
  what: string;
}

/** Compares a statement with itself and with the bytes of the document. With `last` it also compares the last hash that signers were sent. */
export function verifyStatement(statement: Statement, document: Uint8Array, last?: string): Finding[] {
  const { request, events, signers } = statement;
  const hash = sha256(document);
  const isDocument = hash === statement.document.sha256 || hash === statement.signed_sha256;
  const broken = findBrokenEntries(computeRootHash(request, statement.document.sha256), events);
  const end = events.at(-1)?.hash;
  return [
    {
      isRight: isDocument,
      what: isDocument ? `document ${hash} is the signed document` : `document ${hash} is not the signed document`,
    },
    {
      isRight: broken.length === 0 && events.length > 0,
      what:
        broken.length === 0
          ? `${events.length} events form an unbroken chain`
          : `events ${broken.join(", ")} were changed or break the chain`,
    },
    { isRight: end === statement.last_hash, what: `last hash ${statement.last_hash}` },
    ...(last === undefined
      ? []
      : [{ isRight: last === end, what: `last hash is ${last === end ? "" : "not "}the one sent to the signers` }]),
    ...signers.flatMap((signer) => verifySigner(statement, signer)),
  ];
}

function verifySigner(
  { events, document }: Statement,
  { id, signed_name, signed_at, name, email, drawing }: Statement["signers"][number],
): Finding[] {
  const findEvent = (eventType: string) => events.findLast((event) => event.what === eventType && event.signer === id);
  const [consent, signature] = [findEvent("consented"), findEvent("signed")];
  const signerLabel = `${name} <${email}>`;
  // With a provider, the provider stores the consent.
  if (!signature && findEvent("signer_signed"))
    return [{ isRight: true, what: `${signerLabel} signed at ${signed_at}, according to the provider` }];
  const isSame =
    signature?.facts.name === signed_name && signature?.at === signed_at && signature?.facts.document === document.sha256;
  const agreed = consent && sha256(consent.facts.text ?? "") === consent.facts.text_sha256;
  const disclosed = consent && sha256(consent.facts.disclosure ?? "") === consent.facts.disclosure_sha256;
  return [
    {
      isRight: isSame,
      what: isSame
        ? `${signerLabel} signed as "${signed_name}" at ${signed_at}`
        : `${signerLabel}: the signature does not match the events`,
    },
    {
      isRight: Boolean(agreed && disclosed),
      what: `${signerLabel}: ${agreed && disclosed ? "" : "no "}valid consent with text and disclosure`,
    },
    ...verifyDrawing(signerLabel, drawing, signature?.facts.drawing_sha256),
  ];
}

/** Compares the drawing with the hash in the signature. Returns nothing if neither exists. */
function verifyDrawing(signerLabel: string, drawing: string | undefined, hash: string | undefined): Finding[] {
  if (drawing === undefined && hash === undefined) return [];
  const isRight = drawing !== undefined && sha256(drawing) === hash && typeof parseStrokes(drawing) !== "string";
  return [
    {
      isRight,
      what: isRight ? `${signerLabel} drew the signature ${hash}` : `${signerLabel}: the drawing does not match the signature`,
    },
  ];
}
