import { useContext } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import type { ProjectRecord } from "./project.entity.ts";
import { hasRight, type ProjectRight } from "./project.rules.ts";

const messages: Readonly<Record<ProjectRight, string>> = {
  work: "You see this project as a VIEWER: its owner or a MANAGER can give you the role MEMBER",
  manage: "Only the owner and MANAGERs of this project change its members",
};

/** Requires that the caller, who sees the project, has a right to it. All writes to a project and to its tasks ask this function. */
export async function requireRight<P extends Pick<ProjectRecord, "owner_id" | "members">>(
  project: P,
  right: ProjectRight = "work",
): Promise<P> {
  if (hasRight(project, right, await useContext().visibleOwners())) return project;
  throw forbidden(messages[right]);
}
