import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { withLetter } from "../letterhead/letter.ts";
import type { Signable } from "../signature/signable.ts";
import {
  noSignerRejection,
  type SignatureRecord,
  SignatureRequestInput,
  type SignerInput,
  Signing,
} from "../signature/signing.ts";
import { requireTransition, withStatus } from "../versioned-offer/offer-state.ts";
import { isOffered } from "../versioned-offer/status.rules.ts";
import { applyAcceptance } from "./acceptance.ts";
import { renderPdf } from "./pdf.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { QUOTE, quoteGrants } from "./quote.kind.ts";

/** Accepting a quote by signature: the customer signs its PDF, and the signature accepts the quote (docs/agreements/quotes.md). */

/** Starts a signature request. An approved quote is sent by that. */
export const request = fn(
  z.strictObject({ id: text(64), ...SignatureRequestInput }),
  async ({ id, ...ask }): Promise<SignatureRecord> => {
    let started: SignatureRecord | undefined;
    return Records.change(
      Quotes,
      id,
      async (current, tx) => {
        requireSignable(current);
        const sent =
          current.status === "APPROVED" ? withStatus(await withLetter({ ...current, sent_at: Clock.now() }), "SENT") : current;
        const signers = ask.signers ?? [await loadContactSigner(current)];
        started = await Signing.start(tx, { kind: QUOTE, id, name: current.quote_number }, { ...ask, signers });
        const signature_url = `${usePorts().origin}/api/v1/signature-requests/${started.id}`;
        return { ...sent, signature_url, last_activity_date: Clock.now() };
      },
      { answer: () => started as SignatureRecord },
    );
  },
);

function requireSignable(quote: QuoteRecord): void {
  if (quote.status === "APPROVED") requireTransition("quote", { ...quote, status: "SENT" }, "ACCEPTED");
  else requireTransition("quote", quote, "ACCEPTED");
}

async function loadContactSigner({ contact_id }: QuoteRecord): Promise<SignerInput> {
  const recipient = contact_id ? (await resolveRecipients([contact_id])).get(contact_id) : undefined;
  if (!recipient || typeof recipient === "string") throw noSignerRejection();
  return { name: recipient.name ?? recipient.email, email: recipient.email, role: "customer" };
}

export const quoteSignable: Signable = {
  writePermission: quoteGrants.write,

  async renderDocument(id, language) {
    const quote = await Records.load(Quotes, id, { live: true });
    return quote && renderPdf(quote, language);
  },

  async findObstacle(id) {
    const quote = await Records.load(Quotes, id, { live: true });
    if (!quote) return "The quote is deleted";
    const isThere = isOffered(quote.status) && quote.is_primary && quote.expires_at > Clock.now();
    return isThere ? undefined : `The quote is ${quote.status}`;
  },

  async onCompleted(tx, signed) {
    const quote = await Records.load(Quotes, signed.subject_id, { live: true });
    if (!quote) throw conflict("The quote is deleted");
    requireTransition("quote", quote, "ACCEPTED");
    const signer = signed.signers.find(({ role }) => role === "customer") ?? signed.signers[0];
    const accepted = await applyAcceptance(tx, quote, { signed_by: signer?.signed_name ?? signer?.name ?? null });
    tx.replace(Quotes, quote, Records.nextVersion(quote, accepted));
  },
};

export * as QuoteSigning from "./signing.ts";
