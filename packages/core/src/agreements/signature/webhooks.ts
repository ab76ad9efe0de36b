import type { HandlerResult, WebhookEvent, WebhookHandler } from "../../messaging/inbound-webhook/webhook-handler.ts";
import { Records } from "../../storage/write/records.ts";
import { findRequestId } from "./envelope-lookup.ts";
import { envelopeKey, type ProviderEvent, parseDocusignEvent, parseDropboxSignEvent } from "./provider/events.ts";
import type { ProviderName } from "./provider/provider.ts";
import { refreshFromProvider, requestFiles } from "./provider-work.ts";
import { SignatureRequests } from "./signature.entity.ts";
import { isEnd } from "./transition.rules.ts";
import { Transition } from "./transition.ts";

/**
 * Handles webhooks of signature providers. The envelope is looked up within the tenant: a genuine event about another tenant's envelope finds no
 * request and stays waiting.
 */

const createHandler = (provider: ProviderName, read: (body: unknown) => ProviderEvent): WebhookHandler => ({
  handle: ({ body }: WebhookEvent) => applyEvent(provider, read(parseJson(body))),
});

async function applyEvent(provider: ProviderName, providerEvent: ProviderEvent): Promise<HandlerResult> {
  if ("quarantined" in providerEvent) return { quarantined: providerEvent.quarantined };
  if ("ignored" in providerEvent) return { done: providerEvent.ignored };
  const key = envelopeKey(provider, providerEvent.envelope_id);
  const id = await findRequestId(provider, providerEvent.envelope_id);
  const request = id && (await Records.load(SignatureRequests, id, { live: true }));
  if (!request) return { held: key };
  if ("hint" in providerEvent) {
    await refreshFromProvider(request);
    // Dropbox Sign reports in an event of its own that the signed file can be downloaded.
    await requestFiles(request.id);
  } else await Transition.applyFacts(request.id, providerEvent.facts);
  const after = await Records.load(SignatureRequests, request.id, { live: true });
  const summary = after?.status === request.status ? "Status unchanged" : `The request is now ${after?.status}`;
  return { done: isEnd(request.status) ? `The request was already ${request.status}` : summary, record_id: request.id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const docusign = createHandler("docusign", parseDocusignEvent);
export const dropboxSign = createHandler("dropbox_sign", parseDropboxSignEvent);
