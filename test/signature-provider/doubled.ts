import { Clock } from "@crm/core/kernel/clock.ts";
import type { Web, WebRequest } from "@crm/core/kernel/ports.ts";
import { type DocusignAccount, docusign, forgetTokens } from "@crm/core/signature/provider/docusign.ts";
import { dropboxSign } from "@crm/core/signature/provider/dropbox-sign.ts";
import type { Envelope, ProviderName, SignatureProvider } from "@crm/core/signature/provider/provider.ts";
import type { Mode } from "@crm/local/providers/double.ts";
import { pageOf } from "@crm/local/providers/papers.ts";
import { type LocalProviders, localProviders } from "@crm/local/providers/providers.ts";
import { State } from "@crm/local/state.ts";

/** A provider's adapter with its double behind it, and nothing else of the system. */
export interface Doubled {
  provider: SignatureProvider;
  name: ProviderName;
  /** What was asked, in its order. */
  asked: WebRequest[];
  answers(answer: Mode, times?: number): void;
  act(
    id: string,
    act: string,
    signer?: string,
    reason?: string,
  ): Promise<{ event: string; body: string; headers: Record<string, string> }[]>;
  set(body: Record<string, unknown>): Promise<void>;
  envelopes(): Record<string, unknown>[];
  account(): Promise<Record<string, string>>;
  /** The same provider under other credentials. */
  as(credentials: Partial<DocusignAccount> & { api_key?: string }): Promise<SignatureProvider>;
  local: LocalProviders;
  advance(seconds: number): void;
  stop(): void;
}

let count = 0;

export async function doubled(name: ProviderName): Promise<Doubled> {
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
  const as: Doubled["as"] = async (credentials) => {
    const own = await one.double.account();
    const api_key = credentials.api_key ?? String(own.api_key);
    if (name === "dropbox_sign") return dropboxSign(web, { environment: "demo", api_key });
    return docusign(web, {
      key: `account ${++count}`,
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
    asked,
    answers: (answer, times) => one.kept.put("behaviour", "now", { answer, times: times ?? null }),
    async act(id, act, signer, reason) {
      const done = await one.double.act(id, { do: act, ...(signer ? { signer } : {}), ...(reason ? { reason } : {}) });
      if ("wrong" in done) throw new Error(done.wrong);
      return done.events;
    },
    async set(body) {
      const problem = await one.double.set(body);
      if (problem !== undefined) throw new Error(problem);
    },
    envelopes: () => one.double.envelopes() as Record<string, unknown>[],
    account: () => one.double.account(),
    as,
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

export const PAPER = pageOf(["A contract", "between two"]);

export const envelope = (more: Partial<Envelope> = {}): Envelope => ({
  request_id: `sgr_${String(++count).padStart(18, "0")}`,
  subject: "Fleet contract",
  message: "Please sign.",
  document: { name: "Fleet contract", bytes: PAPER, has_text_tags: true },
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
