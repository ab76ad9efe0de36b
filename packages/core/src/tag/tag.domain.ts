import { domain } from "../kernel/domain.ts";
import { everyone, grants } from "../kernel/permission.ts";

export const tagGrants = grants("tag", {
  read: everyone,
});

export const tag = domain({ name: "tag", kinds: [], grants: [tagGrants] });
