import type { Web } from "@crm/core/kernel/ports.ts";
import type { State } from "../state.ts";
import { docusignDouble } from "./docusign.ts";
import { answered, type Double, Kept } from "./double.ts";
import { dropboxSignDouble } from "./dropbox-sign.ts";
import { sesDouble } from "./ses.ts";
import { telnyxDouble } from "./telnyx.ts";
import { twilioDouble } from "./twilio.ts";

/**
 * Other people's services, as far as a laptop has them: doubles in this process, written from the providers' published documents. No
 * request of ours leaves the machine.
 */
export interface LocalProviders {
  web: Web;
  doubles: ReadonlyMap<string, { double: Double; kept: Kept }>;
}

export function localProviders(state: State): LocalProviders {
  const keptOf = (provider: string): Kept => new Kept(state, provider);
  const ses = sesDouble(keptOf("ses"));
  const made: Double[] = [
    docusignDouble(keptOf("docusign")),
    dropboxSignDouble(keptOf("dropbox_sign")),
    ses,
    telnyxDouble(keptOf("telnyx")),
    twilioDouble(keptOf("twilio")),
  ];
  const doubles = new Map(made.map((double) => [double.provider, { double, kept: keptOf(double.provider) }]));
  return {
    doubles,
    web: {
      get authorities() {
        return ses.authorities();
      },
      async send(request) {
        const { protocol, host } = new URL(request.url);
        const found = [...doubles.values()].find(({ double }) => double.hosts.includes(host));
        if (!found || protocol !== "https:") throw new Error(`Not an address that may be asked: ${host}`);
        const answer = await answered(found.double, found.kept, request);
        if (answer.body.byteLength > request.most) throw new Error(`The answer has more than ${request.most} bytes`);
        return answer;
      },
    },
  };
}
