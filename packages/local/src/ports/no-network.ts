import type { Ports } from "@crm/core/kernel/ports.ts";

const rejectRequest = ({ url }: { url: string }): Promise<never> =>
  Promise.reject(new Error(`Network access is disabled: ${new URL(url).host}`));

/** Ports for work that must not reach any external system: other services, systems of tenants, and mail servers. */
export const noNetworkPorts: Pick<Ports, "web" | "outbound" | "mailer"> = {
  web: { send: rejectRequest },
  outbound: {
    findProblem: async () => "Network access is disabled",
    post: rejectRequest,
    probe: async () => ({ skipped: "Network access is disabled" }),
  },
  mailer: {
    systemAddress: "",
    providerFor() {
      throw new Error("Network access is disabled: mail server");
    },
  },
};
