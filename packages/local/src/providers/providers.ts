import { createOutbound, loopbackPolicy } from "@crm/core/kernel/outbound-http.ts";
import type { Outbound, Web } from "@crm/core/kernel/ports.ts";
import type { State } from "../store/state.ts";
import { docusignDouble } from "./docusign.ts";
import { answerRequest, type ProviderDouble, ProviderState, recordRequest } from "./double.ts";
import { dropboxSignDouble } from "./dropbox-sign.ts";
import { sesDouble } from "./ses.ts";
import { telnyxDouble } from "./telnyx.ts";
import { twilioDouble } from "./twilio.ts";

/** Doubles of external services in this process, written from the providers' published documents. No request leaves the machine. */
export interface LocalProviders {
  web: Web;
  /** Outbound webhooks reach only programs on this machine. */
  outbound: Outbound;
  /** Records the webhooks that were sent. */
  sentWebhooks: ProviderState;
  doubles: ReadonlyMap<string, { double: ProviderDouble; kept: ProviderState }>;
}

export function localProviders(state: State): LocalProviders {
  const keptOf = (provider: string): ProviderState => new ProviderState(state, provider);
  const ses = sesDouble(keptOf("ses"));
  const made: ProviderDouble[] = [
    docusignDouble(keptOf("docusign")),
    dropboxSignDouble(keptOf("dropbox_sign")),
    ses,
    telnyxDouble(keptOf("telnyx")),
    twilioDouble(keptOf("twilio")),
  ];
  const doubles = new Map(made.map((double) => [double.provider, { double, kept: keptOf(double.provider) }]));
  const sent = keptOf("webhooks");
  const machine = createOutbound(loopbackPolicy);
  return {
    doubles,
    sentWebhooks: sent,
    outbound: {
      findProblem: machine.findProblem,
      async post(request) {
        const said = { method: "POST", url: request.url, body: request.body } as const;
        try {
          const answer = await machine.post(request);
          return recordRequest(sent, said, answer.status, answer);
        } catch (error) {
          throw recordRequest(sent, said, null, error);
        }
      },
    },
    web: {
      get authorities() {
        return ses.authorities();
      },
      async send(request) {
        const { protocol, host } = new URL(request.url);
        const found = [...doubles.values()].find(({ double }) => double.hosts.includes(host));
        if (!found || protocol !== "https:") throw new Error(`Requests to this address are not allowed: ${host}`);
        const answer = await answerRequest(found.double, found.kept, request);
        if (answer.body.byteLength > request.maxBytes) throw new Error(`The response has more than ${request.maxBytes} bytes`);
        return answer;
      },
    },
  };
}
