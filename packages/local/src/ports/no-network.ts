import type { Ports } from "@crm/core/kernel/ports.ts";

const rejectRequest = ({ url }: { url: string }): Promise<never> =>
  Promise.reject(new Error(`Nobody is asked: ${new URL(url).host}`));

/** Of work that asks nobody: other people's services, systems of tenants, and servers of mail. */
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
