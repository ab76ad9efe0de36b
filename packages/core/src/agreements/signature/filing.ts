import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { certificateDocument } from "./certificate.rules.ts";
import { Drawing } from "./drawing.ts";
import { type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { type Statement, withStatement } from "./statement.rules.ts";
import { BUILTIN } from "./transition.rules.ts";

/**
 * Listener for `signature_request.completed`. Stores the signed file and the certificate with their hashes, once; the event of that change sends the
 * copies. A repeated run gives the same bytes, because everything comes from the request and nothing from the present time.
 */
export const onCompleted = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    const request = await Records.load(SignatureRequests, record_id, { live: true });
    if (request?.provider === BUILTIN)
      await fileDocuments(request, async () => ({ signed: await readOwnFile(request), certificate: null }));
  });

/** Stores the signed files that `files` returns, and draws the certificate. Does nothing if that is done already. */
export async function fileDocuments(request: SignatureRecord, files: () => Promise<SignedFiles>): Promise<void> {
  if (request.status !== "completed" || request.filed_at !== null) return;
  const { signed, certificate: providerCertificate } = await files();
  const certificate = await drawCertificate(request, signed.hash, providerCertificate?.hash);
  await retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, request.id, { live: true });
    if (!current || current.filed_at !== null) return;
    const filed = {
      ...current,
      ...{ signed_key: signed.key, signed_hash: signed.hash },
      ...{ certificate_key: certificate.key, certificate_hash: certificate.hash },
      ...{
        provider_certificate_key: providerCertificate?.key ?? null,
        provider_certificate_hash: providerCertificate?.hash ?? null,
      },
      filed_at: Clock.now(),
    };
    await transaction().replace(SignatureRequests, current, Records.nextVersion(current, filed)).commit(undefined);
  });
}

interface StoredFile {
  key: string;
  hash: string;
}

interface SignedFiles {
  signed: StoredFile;
  /** The provider's own certificate, if there is one. */
  certificate: StoredFile | null;
}

/** On our own page, the signed file is the file as it was shown. */
async function readOwnFile({ document_key, document_hash }: SignatureRecord): Promise<StoredFile> {
  const object = await usePorts().objects.open(document_key);
  const hash = object && sha256(await collectBytes(object.read()));
  if (hash !== document_hash) throw new Error(`${document_key} does not match the signed document`);
  return { key: document_key, hash };
}

async function drawCertificate(
  request: SignatureRecord,
  signed_sha256: string,
  certificateHash: string | undefined,
): Promise<StoredFile> {
  const { name } = await Tenant.get({});
  const statement = await buildStatement(request, name, signed_sha256, certificateHash);
  const { renderWithInstalledFonts } = await import("../../lib/pdf/renderer.ts");
  const { bytes } = await renderWithInstalledFonts(certificateDocument(statement, request.language));
  return storeFile(request.id, withStatement(bytes, statement));
}

export async function storeFile(id: string, bytes: Uint8Array): Promise<StoredFile> {
  const hash = sha256(bytes);
  const key = objectKey("documents", id, `${hash}.pdf`);
  await usePorts().objects.write(key, bytes);
  return { key, hash };
}

const buildStatement = async (
  request: SignatureRecord,
  organisation: string,
  signed_sha256: string,
  certificateHash: string | undefined,
): Promise<Statement> => ({
  version: 1,
  request: request.id,
  organisation,
  subject: { type: request.subject_type, id: request.subject_id, name: request.name },
  document: { name: request.document_name, sha256: request.document_hash },
  signed_sha256,
  // For Dropbox Sign the provider's certificate is the signed file itself, so it is not listed twice.
  ...(certificateHash === undefined || certificateHash === signed_sha256 ? {} : { provider_certificate_sha256: certificateHash }),
  signers: await Promise.all(
    request.signers.map(async ({ id, name, email, role, order, signed_name, signed_at, drawing_hash }) => ({
      ...{ id, name, email, role, order, signed_name, signed_at },
      ...(drawing_hash === null ? {} : { drawing: await Drawing.read(request.id, drawing_hash) }),
    })),
  ),
  events: request.evidence,
  last_hash: request.evidence.at(-1)?.hash ?? "",
});
