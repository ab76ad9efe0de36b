import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { Directory } from "../../platform/user/directory.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { contractGrants } from "./contract.kind.ts";
import type { Party } from "./signature-input.ts";

/** Signatures on paper, for contracts and amendments. */

interface PaperSignature {
  party: Party;
  signed_by?: string | null | undefined;
  signed_date?: string | null | undefined;
  attachment_id?: string | null | undefined;
}

/** Throws unless the caller may record what binds the customer. */
export function requireRecorder(): void {
  if (!hasPermission(contractGrants.record_signature))
    throw forbidden("Your role may not record the customer's signature on paper");
}

/** Builds the stored fields of a signature. The transaction requires that its file still exists. */
export async function buildSignature(
  tx: Transaction,
  { party, attachment_id = null, ...input }: PaperSignature,
  recordId: string,
) {
  const signed_date = input.signed_date ?? Clock.now();
  if (signed_date > Clock.now()) throw invalid("signed_date", "Must not be in the future");
  if (attachment_id) await requireFile(tx, attachment_id, recordId);
  return {
    [`${party}_signed`]: true,
    [`${party}_signed_by`]: input.signed_by ?? (await readCallerName(party)),
    [`${party}_signed_date`]: signed_date,
    [`${party}_signed_file_id`]: attachment_id,
  };
}

/** Throws unless the file is attached to this record. The transaction requires that the file still exists. */
export async function requireFile(tx: Transaction, attachmentId: string, recordId: string): Promise<void> {
  const [file] = await Attachment.loadLive([attachmentId]);
  if (file?.related_to_id !== recordId) throw invalid("attachment_id", "Must be the id of a file attached to this record");
  tx.requireLive(attachmentId, () => new WriteConflict(`${attachmentId} no longer exists`));
}

/** Returns the caller's name as the signer for the company. For the customer the caller must name the signer. */
async function readCallerName(party: Party): Promise<string> {
  const callerName = party === "company" ? (await Directory.loadNames([useActorId()])).get(useActorId()) : undefined;
  if (!callerName) throw invalid("signed_by", "Required: the name of the person who signed");
  return callerName;
}
