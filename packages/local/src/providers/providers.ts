import { createOutbound, loopbackPolicy, type OutboundPolicy } from "@crm/core/kernel/outbound-http.ts";
import type { Outbound, Web } from "@crm/core/kernel/ports.ts";
import { CONTROLS_PATH } from "../server/controls-path.ts";
import type { State } from "../store/state.ts";
import { docusignDouble } from "./docusign.ts";
import { answerRequest, type ProviderDouble, ProviderState, recordRequest } from "./double.ts";
import { dropboxSignDouble } from "./dropbox-sign.ts";
import { sesDouble } from "./ses.ts";
import { stripeDouble } from "./stripe.ts";
import { telnyxDouble } from "./telnyx.ts";
import { twilioDouble } from "./twilio.ts";

/** Doubles of external services in this process, written from the providers' published documents. No request leaves the machine. */
export interface LocalProviders {
  web: Web;
  /** Outbound webhooks reach only programs on this machine. */
  outbound: Outbound;
  /** Records the webhooks that were sent. */
  sentWebhooks: ProviderState;
  doubles: ReadonlyMap<string, { double: ProviderDouble; providerState: ProviderState }>;
}

/** Keeps webhooks from the controls of this server, or of another one on this machine. */
const outboundPolicy: OutboundPolicy = {
  ...loopbackPolicy,
  findUrlProblem: (url) =>
    loopbackPolicy.findUrlProblem(url) ??
    (url.protocol === "http:" && url.pathname.startsWith(CONTROLS_PATH)
      ? `The URL must not be below ${CONTROLS_PATH}: webhooks cannot call the controls of a local server`
      : undefined),
};

export function localProviders(state: State): LocalProviders {
  const openState = (provider: string): ProviderState => new ProviderState(state, provider);
  const ses = sesDouble(openState("ses"));
  const providerDoubles: ProviderDouble[] = [
    docusignDouble(openState("docusign")),
    dropboxSignDouble(openState("dropbox_sign")),
    ses,
    stripeDouble(openState("stripe")),
    telnyxDouble(openState("telnyx")),
    twilioDouble(openState("twilio")),
  ];
  const doubles = new Map(
    providerDoubles.map((double) => [double.provider, { double, providerState: openState(double.provider) }]),
  );
  const sent = openState("webhooks");
  const machine = createOutbound(outboundPolicy);
  return {
    doubles,
    sentWebhooks: sent,
    outbound: {
      findProblem: machine.findProblem,
      probe: machine.probe,
      async post(request) {
        const requestFields = { method: "POST", url: request.url, body: request.body } as const;
        try {
          const answer = await machine.post(request);
          return recordRequest(sent, requestFields, answer.status, answer);
        } catch (error) {
          throw recordRequest(sent, requestFields, null, error);
        }
      },
    },
    web: {
      get authorities() {
        return ses.authorities();
      },
      async send(request) {
        const { protocol, host } = new URL(request.url);
        const match = [...doubles.values()].find(({ double }) => double.hosts.includes(host));
        if (!match || protocol !== "https:") throw new Error(`Requests to this address are not allowed: ${host}`);
        const answer = await answerRequest(match.double, match.providerState, request);
        if (answer.body.byteLength > request.maxBytes) throw new Error(`The response has more than ${request.maxBytes} bytes`);
        return answer;
      },
    },
  };
}
