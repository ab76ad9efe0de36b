import type { Ports } from "@crm/core/kernel/ports.ts";

const refused = ({ url }: { url: string }): Promise<never> => Promise.reject(new Error(`Nobody is asked: ${new URL(url).host}`));

/** Of work that asks nobody: other people's services, systems of tenants, and servers of mail. */
export const nobody: Pick<Ports, "web" | "outbound" | "mailer"> = {
  web: { send: refused },
  outbound: { wrongWith: async () => "Nobody is asked", post: refused },
  mailer: {
    house: "",
    through() {
      throw new Error("Nobody is asked: a server of mail");
    },
  },
};
