import type * as z from "zod";
import { useActorId } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, text } from "../../kernel/schema.ts";
import { User } from "../../platform/user/user.ts";
import { Records } from "../../storage/write/records.ts";
import { requireRight } from "./access.ts";
import { MAX_MEMBERS, Member, type MemberRecord, memberFields, type ProjectRecord, Projects } from "./project.entity.ts";
import { countMembers } from "./project.rules.ts";

/** Members of projects: users who see the project and its tasks. */

export const Info = Member;

type MemberInput = z.output<z.ZodObject<typeof memberFields>>;

/** Builds members from an input. A user who is a member already keeps the time at which they joined. */
export async function buildMembers(
  inputs: readonly MemberInput[],
  previous: readonly MemberRecord[],
  path: string,
): Promise<MemberRecord[]> {
  const details: ErrorDetail[] = [];
  const known = new Map(previous.map((member) => [member.user_id, member]));
  const seen = new Set<string>();
  for (const [index, { user_id }] of inputs.entries()) {
    const field = `${path}[${index}].user_id`;
    if (seen.has(user_id)) details.push({ field, message: "Each user can be a member only once" });
    else if (!known.has(user_id)) await collectDetails(details, User.requireOwner(user_id, field), undefined);
    seen.add(user_id);
  }
  if (details.length > 0) throw invalidAll(details);
  const joined = { added_at: requestTime(), added_by: useActorId() };
  return inputs.map(({ user_id, role }) => ({ ...joined, ...known.get(user_id), user_id, role }));
}

/** Returns the members with the fields that follow from them and from the owner. */
export const buildMemberFields = (members: MemberRecord[], owner_id: string | null) => ({
  members,
  member_ids: members.map(({ user_id }) => user_id),
  total_member: countMembers({ members, owner_id }),
});

export const withMembers = (project: ProjectRecord, members: MemberRecord[] = project.members): ProjectRecord => ({
  ...project,
  ...buildMemberFields(members, project.owner_id),
});

const change = (projectId: string, edit: (members: readonly MemberRecord[]) => MemberRecord[] | Promise<MemberRecord[]>) =>
  Records.change(Projects, projectId, async (current) => {
    await requireRight(current, "manage");
    return withMembers(current, await edit(current.members));
  });

export const list = fn(IdInput, async ({ id }) => (await Records.read(Projects, id)).members);

/** Adds a member. A user who is a member already gets the role. */
export const add = fn(IdInput.extend(memberFields), ({ id, user_id, role }) =>
  change(id, async (members) => {
    const others = members.filter((member) => member.user_id !== user_id);
    if (others.length === members.length) {
      await User.requireOwner(user_id, "user_id");
      if (members.length >= MAX_MEMBERS)
        throw conflict(`A project has at most ${MAX_MEMBERS} members: remove one first`, [
          { field: "user_id", message: `${members.length} members` },
        ]);
      return [...members, { user_id, role, added_at: requestTime(), added_by: useActorId() }];
    }
    return members.map((member) => (member.user_id === user_id ? { ...member, role } : member));
  }),
);

const MemberIdInput = IdInput.extend({ user_id: text(64) });

export const update = fn(MemberIdInput.extend({ role: memberFields.role.unwrap() }), ({ id, user_id, role }) =>
  change(id, (members) => {
    requireMember(members, user_id);
    return members.map((member) => (member.user_id === user_id ? { ...member, role } : member));
  }),
);

/** Removes a member. Members may also leave by themselves. */
export const remove = fn(MemberIdInput, ({ id, user_id }) =>
  Records.change(Projects, id, async (current) => {
    if (user_id !== useActorId()) await requireRight(current, "manage");
    requireMember(current.members, user_id);
    return withMembers(
      current,
      current.members.filter((member) => member.user_id !== user_id),
    );
  }),
);

function requireMember(members: readonly MemberRecord[], userId: string): void {
  if (!members.some(({ user_id }) => user_id === userId)) throw notFound();
}

export * as ProjectMembers from "./members.ts";
