import type { Ports } from "@crm/core/kernel/ports.ts";

const rejectRequest = ({ url }: { url: string }): Promise<never> =>
  Promise.reject(new Error(`Nobody is asked: ${new URL(url).host}`));

/** Ports for work that must not reach any external system: other services, systems of tenants, and mail servers. */
export const noNetworkPorts: Pick<Ports, "web" | "outbound" | "mailer"> = {
  web: { send: rejectRequest },
  outbound: { findProblem: async () => "Nobody is asked", post: rejectRequest },
  mailer: {
    systemAddress: "",
    providerFor() {
      throw new Error("Nobody is asked: a server of mail");
    },
  },
};
