import { domain } from "../../kernel/domain.ts";
import { tagGrants } from "./tag.kind.ts";

export const tag = domain({ name: "tag", kinds: [], grants: [tagGrants] });
