import { domain } from "../../kernel/domain.ts";
import { TARGET, targetGrants } from "./target.kind.ts";

export const target = domain({
  name: "target",
  kinds: [TARGET],
  grants: [targetGrants],
  imports: { targets: async () => (await import("./target.import.ts")).targets },
});
