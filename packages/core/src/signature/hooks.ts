import type { HookHandler, Outcome, Told } from "../inbound-webhook/hook-handler.ts";
import { Records } from "../storage/write/records.ts";
import { isEnd } from "./advance.rules.ts";
import { Advance } from "./advance.ts";
import { requestOf } from "./envelope.ts";
import { docusignEvent, dropboxSignEvent, type EventRead, envelopeKey } from "./provider/events.ts";
import type { ProviderName } from "./provider/provider.ts";
import { SignatureRequests } from "./signature.entity.ts";
import { lookedAfter } from "./work.ts";

/**
 * What providers of signatures tell by webhooks. An envelope is looked for among the tenant's own: a genuine event of another tenant's
 * envelope finds nothing, and waits in vain.
 */

const handling = (provider: ProviderName, read: (body: unknown) => EventRead): HookHandler => ({
  handle: ({ body }: Told) => handled(provider, read(jsonIn(body))),
});

async function handled(provider: ProviderName, said: EventRead): Promise<Outcome> {
  if ("quarantined" in said) return { quarantined: said.quarantined };
  if ("ignored" in said) return { done: said.ignored };
  const key = envelopeKey(provider, said.envelope_id);
  const id = await requestOf(provider, said.envelope_id);
  const request = id && (await Records.load(SignatureRequests, id, { live: true }));
  if (!request) return { held: key };
  if ("hint" in said) await lookedAfter(request);
  else await Advance.told(request.id, said.facts);
  const after = await Records.load(SignatureRequests, request.id, { live: true });
  const what = after?.status === request.status ? "Nothing new" : `It is ${after?.status}`;
  return { done: isEnd(request.status) ? `It was ${request.status} already` : what, record_id: request.id };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const docusign = handling("docusign", docusignEvent);
export const dropboxSign = handling("dropbox_sign", dropboxSignEvent);
