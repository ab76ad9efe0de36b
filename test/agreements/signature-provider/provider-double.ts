import { type DocusignAccount, docusign, forgetTokens } from "@crm/core/agreements/signature/provider/docusign.ts";
import { dropboxSign } from "@crm/core/agreements/signature/provider/dropbox-sign.ts";
import type { Envelope, ProviderName, SignatureProvider } from "@crm/core/agreements/signature/provider/provider.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Web, WebRequest } from "@crm/core/kernel/ports.ts";
import type { AnswerMode } from "@crm/local/providers/double.ts";
import { type LocalProviders, localProviders } from "@crm/local/providers/providers.ts";
import { buildPdfPage } from "@crm/local/providers/signed-documents.ts";
import { State } from "@crm/local/store/state.ts";

/** A provider's adapter connected to its double, without the rest of the system. */
export interface ProviderDouble {
  provider: SignatureProvider;
  name: ProviderName;
  /** The requests in the order in which they arrived. */
  requests: WebRequest[];
  setAnswer(answer: AnswerMode, times?: number): void;
  act(
    id: string,
    act: string,
    signer?: string,
    reason?: string,
  ): Promise<{ event: string; body: string; headers: Record<string, string> }[]>;
  set(body: Record<string, unknown>): Promise<void>;
  envelopes(): Record<string, unknown>[];
  account(): Promise<Record<string, string>>;
  /** The same provider with other credentials. */
  withCredentials(credentials: Partial<DocusignAccount> & { api_key?: string }): Promise<SignatureProvider>;
  local: LocalProviders;
  advance(seconds: number): void;
  stop(): void;
}

let envelopeCount = 0;

export async function createProviderDouble(name: ProviderName): Promise<ProviderDouble> {
  const state = new State("memory");
  const local = localProviders(state);
  const one = local.doubles.get(name);
  if (!one) throw new Error(`No double of ${name}`);
  const asked: WebRequest[] = [];
  const web: Web = {
    send(request) {
      asked.push(request);
      return local.web.send(request);
    },
  };
  let now = Date.parse("2026-11-23T09:00:00Z");
  Clock.set(() => now);
  forgetTokens();
  const as: ProviderDouble["withCredentials"] = async (credentials) => {
    const own = await one.double.credentials();
    const api_key = credentials.api_key ?? String(own.api_key);
    if (name === "dropbox_sign") return dropboxSign(web, { environment: "demo", api_key });
    return docusign(web, {
      key: `account ${++envelopeCount}`,
      environment: "demo",
      account_id: String(own.account_id),
      integration_key: String(own.integration_key),
      user_id: String(own.user_id),
      private_key: String(own.private_key),
      redirect_uri: "https://crm.example.com/",
      ...credentials,
    });
  };
  return {
    provider: await as({}),
    name,
    requests: asked,
    setAnswer: (answer, times) => one.providerState.put("behaviour", "now", { answer, times: times ?? null }),
    async act(id, act, signer, reason) {
      const done = await one.double.performAct(id, { do: act, ...(signer ? { signer } : {}), ...(reason ? { reason } : {}) });
      if ("wrong" in done) throw new Error(done.wrong);
      return done.events;
    },
    async set(body) {
      const problem = await one.double.configure(body);
      if (problem !== undefined) throw new Error(problem);
    },
    envelopes: () => one.double.listEnvelopes() as Record<string, unknown>[],
    account: () => one.double.credentials(),
    withCredentials: as,
    local,
    advance(seconds) {
      now += seconds * 1000;
    },
    stop() {
      state.close();
      Clock.set();
    },
  };
}

export const SAMPLE_PDF = buildPdfPage(["A contract", "between two"]);

export const buildEnvelope = (more: Partial<Envelope> = {}): Envelope => ({
  request_id: `sgr_${String(++envelopeCount).padStart(18, "0")}`,
  subject: "Fleet contract",
  message: "Please sign.",
  document: { name: "Fleet contract", bytes: SAMPLE_PDF, has_text_tags: true },
  signers: [
    { name: "Grace Hopper", email: "grace@harbour.example", order: 1 },
    { name: "Ada Lovelace", email: "ada@engines.example", order: 2 },
  ],
  expires_in_days: 14,
  remind_after_days: 3,
  hook_url: "https://crm.example.com/hooks/h1",
  tried_at: null,
  ...more,
});
