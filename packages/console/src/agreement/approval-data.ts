import { skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { type ApprovalGroup, buildGroupQuery, findSubjectPath } from "./approval-rules.ts";

/** Rows that a group shows at first, and reads with each "Show more". */
const PAGE_SIZE = 25;
/** Approvals of one record that a preview reads. */
const MAX_ROUND = 50;

/** The approvals of a group, page by page. */
export function useApprovalGroup(group: ApprovalGroup, userId: string, subject: string | undefined) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "list", "approval", group, subject],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<ConsoleRecord[]>("/api/v1/approvals", {
        ...buildGroupQuery(group, { userId, subject }),
        limit: PAGE_SIZE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
}

/** The approval with its reasons. */
export function useApproval(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "approval", id],
    queryFn: async () => (await read<ConsoleRecord>(`/api/v1/approvals/${id}`, { expand: "labels,subject" })).data,
  });
}

/** All approvals of the record to be approved. */
export function useSubjectApprovals(subjectId: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "approval", "subject", subjectId],
    queryFn: async () =>
      (await read<ConsoleRecord[]>("/api/v1/approvals", { subject: subjectId, expand: "labels", limit: MAX_ROUND })).data,
  });
}

/** The record to be approved. It is not read if the user has no list of its kind. */
export function useApprovalSubject(approval: ConsoleRecord) {
  const scope = useScope();
  const { data: kinds } = useKindIndex();
  const path = kinds && findSubjectPath(approval, kinds);
  return useQuery({
    queryKey: [...scope, "record", String(approval.subject_type), approval.subject_id],
    queryFn: path === undefined ? skipToken : async () => (await read<ConsoleRecord>(path, { expand: "labels" })).data,
    retry: false,
  });
}
