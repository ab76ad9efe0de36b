import { Failure } from "../../kernel/error.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import { type ProviderName, toFailure } from "./provider/provider.ts";
import type { SignatureRecord } from "./signature.entity.ts";

/** Calls to the provider that run within a user's request. */
interface SignatureSender {
  void(request: SignatureRecord, reason: string): Promise<void>;
  /** Reminds the signers who can sign now. */
  remind(request: SignatureRecord): Promise<void>;
  reassign(request: SignatureRecord, signer: string, to: { name: string; email: string }): Promise<void>;
}

/** Returns the account for a request: the named one, or the provider's default. */
export const resolveAccount = async (provider: ProviderName, account_id?: string | null): Promise<string> =>
  (await import("./provider/signature-account.ts")).SignatureAccount.accountFor(provider, account_id);

/** Loads the provider of a request. Its faults become a `Failure`. */
export async function loadSender({ account_id }: Pick<SignatureRecord, "account_id">): Promise<SignatureSender> {
  const { SignatureAccount } = await import("./provider/signature-account.ts");
  const provider = await SignatureAccount.loadProvider(account_id ?? "");
  return {
    void: (request, reason) => callProvider(request, (envelope) => provider.void(envelope, reason)),
    remind: (request) =>
      callProvider(request, async (envelope) => {
        for (const { ref, state } of request.signers)
          if (ref !== null && (state === "sent" || state === "delivered")) await provider.remind(envelope, ref);
      }),
    reassign: (request, signer, to) =>
      callProvider(request, (envelope) => {
        const ref = request.signers.find(({ id }) => id === signer)?.ref;
        if (!ref) throw new Failure("NOT_FOUND", "No such signer");
        return provider.reassign(envelope, ref, to);
      }),
  };
}

async function callProvider<T>({ envelope_id }: SignatureRecord, ask: (envelope_id: string) => Promise<T>): Promise<T> {
  if (envelope_id === null) throw new Failure("CONFLICT", "The request is being sent: try again in a minute", { retryAfter: 60 });
  try {
    return await ask(envelope_id);
  } catch (error) {
    throw isFault(error) ? toFailure(error) : error;
  }
}
