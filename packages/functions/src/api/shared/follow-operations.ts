import type { Kind } from "@crm/core/kernel/id.ts";
import { followGrants } from "@crm/core/people/follow/follow.kind.ts";
import { createFollowVerbs, Followers, Following } from "@crm/core/people/follow/follow.ts";
import { operation } from "../../http/operation.ts";
import { nounWithArticle } from "./noun-phrase.ts";

const following = Following.meta({ id: "Following" });
const followers = Followers.meta({ id: "Followers" });

/** Builds the operations by which users follow the records of a kind. Their answers are not stored, because they can be repeated as they are. */
export function buildFollowOperations<const N extends string>(noun: N, kind: Kind) {
  const [a, path, tag] = [nounWithArticle(noun), `${kind.path}/{id}`, "Comments"];
  const followOptions = { path: `${path}/follow`, tag, access: followGrants.write, output: following, keyed: false } as const;
  const verbs = createFollowVerbs(kind);
  return [
    operation({ name: `follow${noun}`, method: "PUT", summary: `Follow ${a}`, verb: verbs.follow, ...followOptions }),
    operation({
      name: `unfollow${noun}`,
      method: "DELETE",
      summary: `Stop following ${a}`,
      description: "Also for the owner and for users who comment later, until they follow again.",
      verb: verbs.unfollow,
      ...followOptions,
    }),
    operation({
      name: `list${noun}Followers`,
      method: "GET",
      path: `${path}/followers`,
      tag,
      access: followGrants.read,
      summary: `List the followers of ${a}`,
      verb: verbs.listFollowers,
      output: followers,
      inBatch: true,
    }),
  ] as const;
}
