import { Failure } from "../kernel/error.ts";
import { isFault } from "../provider/fault.ts";
import { failureOf, type ProviderName } from "./provider/provider.ts";
import type { SignatureRecord } from "./signature.entity.ts";

/** What a provider does for a request that is not signed on our own page. */
export interface SignatureSender {
  void(request: SignatureRecord, reason: string): Promise<void>;
  /** Of whose turn it is. */
  remind(request: SignatureRecord): Promise<void>;
  reassign(request: SignatureRecord, signer: string, to: { name: string; email: string }): Promise<void>;
}

/** Under which account a request goes: the one that is named, or the default of its provider. */
export const accountOf = async (provider: ProviderName, account_id?: string | null): Promise<string> =>
  (await import("./provider/signature-account.ts")).SignatureAccount.accountFor(provider, account_id);

/** The provider through which a request goes; what it refuses is a `Failure` that says why. */
export async function providerOf({ account_id }: Pick<SignatureRecord, "account_id">): Promise<SignatureSender> {
  const { SignatureAccount } = await import("./provider/signature-account.ts");
  const provider = await SignatureAccount.accountProviders(account_id ?? "");
  return {
    void: (request, reason) => said(request, (envelope) => provider.void(envelope, reason)),
    remind: (request) =>
      said(request, async (envelope) => {
        for (const { ref, state } of request.signers)
          if (ref !== null && (state === "sent" || state === "delivered")) await provider.remind(envelope, ref);
      }),
    reassign: (request, signer, to) =>
      said(request, (envelope) => {
        const ref = request.signers.find(({ id }) => id === signer)?.ref;
        if (!ref) throw new Failure("NOT_FOUND", "No such signer");
        return provider.reassign(envelope, ref, to);
      }),
  };
}

async function said<T>({ envelope_id }: SignatureRecord, ask: (envelope_id: string) => Promise<T>): Promise<T> {
  if (envelope_id === null) throw new Failure("CONFLICT", "It is being sent: try again in a minute", { retryAfter: 60 });
  try {
    return await ask(envelope_id);
  } catch (error) {
    throw isFault(error) ? failureOf(error) : error;
  }
}
