import type { Block, BusinessDocument } from "../../lib/pdf/document.ts";
import { drawingBox, parseStrokes } from "./drawing.rules.ts";
import type { EvidenceEntry } from "./evidence.rules.ts";
import type { Statement } from "./statement.rules.ts";

/** Builds the readable certificate: who signed what, the events, and the hashes that verify them. It is in English. */
export function certificateDocument(statement: Statement, language: string): BusinessDocument {
  const { request, organisation, subject, document, signers, events, last_hash } = statement;
  const lastEventAt = events.at(-1)?.at ?? "1970-01-01T00:00:00.000Z";
  return {
    language: language.startsWith("ar") ? "en" : language,
    title: `Certificate of signatures: ${subject.name}`,
    id: `${request}/${last_hash}`,
    at: lastEventAt,
    author: organisation,
    paper: "A4",
    header: { from: [organisation], to: [] },
    blocks: [
      buildPairTable([
        ["Request", request],
        ["Requested by", organisation],
        ["Document", document.name],
        ["SHA-256 of the document", document.sha256],
        ...(statement.signed_sha256 === document.sha256
          ? []
          : [["SHA-256 of the signed file", statement.signed_sha256] as const]),
        ...(statement.provider_certificate_sha256 === undefined
          ? []
          : [["SHA-256 of the provider's certificate", statement.provider_certificate_sha256] as const]),
        ["Last hash of the events", last_hash],
      ]),
      { kind: "heading", level: 2, text: "Signers" },
      {
        kind: "table",
        columns: [
          { head: "Name", share: 3 },
          { head: "Mailbox", share: 3 },
          { head: "Signed as", share: 3 },
          { head: "At (UTC)", share: 3 },
        ],
        rows: signers.map(({ name, email, role, signed_name, signed_at }) => [
          { text: name, note: role },
          email,
          { text: signed_name ?? "–", strong: true },
          signed_at ?? "–",
        ]),
      },
      ...signers.flatMap(buildDrawing),
      { kind: "heading", level: 2, text: "Events" },
      {
        kind: "table",
        columns: [
          { head: "#", share: 1, align: "end" },
          { head: "At (UTC)", share: 4 },
          { head: "What", share: 10 },
        ],
        rows: events.map((event, index) => [
          String(index + 1),
          event.at,
          { text: describeEvent(event, signers), note: buildNote(event) },
        ]),
      },
      {
        kind: "paragraph",
        text: "Each hash is the SHA-256 of its event and the previous hash, so any change, gap or addition is detected. This file also holds all events as data.",
      },
    ],
  };
}

/** In points; a third of the page. */
const DRAWING_WIDTH = 180;

/** Shows a drawn signature as lines. */
function buildDrawing({ name, signed_name, drawing }: Statement["signers"][number]): Block[] {
  const strokes = drawing === undefined ? "" : parseStrokes(drawing);
  if (typeof strokes === "string") return [];
  const caption = `Drawn by ${signed_name ?? name}`;
  return [
    { kind: "paragraph", text: caption },
    { kind: "drawing", drawing: { box: drawingBox, strokes, alt: caption, width: DRAWING_WIDTH } },
  ];
}

const buildPairTable = (rows: readonly (readonly [string, string])[]): Block => ({
  kind: "table",
  columns: [
    { head: "What", share: 2 },
    { head: "Said", share: 5 },
  ],
  rows: rows.map(([label, value]) => [label, value]),
});

const eventNames: Readonly<Record<string, string>> = {
  requested: "Signatures were requested",
  signer_sent: "The invitation was sent",
  signer_reminded: "A reminder was sent",
  signer_reassigned: "The signer was replaced",
  signer_delivered: "The provider reports: opened",
  signer_signed: "The provider reports: signed",
  signer_declined: "The provider reports: declined",
  opened: "The page was opened, and a code was requested",
  code_sent: "A code was sent",
  code_entered: "The code was entered",
  code_used_up: "Wrong codes were entered until no attempts were left",
  consented: "Consented to sign electronically",
  signed: "Signed",
  declined: "Declined to sign",
  request_completed: "All signers have signed",
};

function describeEvent({ what: eventType, signer }: EvidenceEntry, signers: Statement["signers"]): string {
  const eventSigner = signers.find(({ id }) => id === signer);
  const description = eventNames[eventType] ?? eventType.replaceAll("_", " ");
  return eventSigner ? `${description}: ${eventSigner.name} <${eventSigner.email}>` : description;
}

function buildNote({ facts, hash }: EvidenceEntry): string {
  const lines = Object.entries(facts).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`);
  return [...lines, `hash: ${hash}`].join("\n");
}
