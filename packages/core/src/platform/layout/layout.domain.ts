import { domain } from "../../kernel/domain.ts";
import { LAYOUT, layoutGrants } from "./layout.kind.ts";

export const layout = domain({
  name: "layout",
  kinds: [LAYOUT],
  grants: [layoutGrants],
});
