import { domain } from "../kernel/domain.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const tagGrants = grants("tag", {
  read: everyone,
  rename: ["ADMIN", "DIRECTOR"],
});

export const tag = domain({ name: "tag", kinds: [], grants: [tagGrants] });
