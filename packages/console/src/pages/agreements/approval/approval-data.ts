import type { Schemas } from "@crm/sdk/index.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";
import { type ApprovalGroup, buildGroupQuery } from "./approval-rules.ts";

/** Rows that a group shows at first, and reads with each "Show more". */
const PAGE_SIZE = 20;
/** Approvals of one record that a preview reads. */
const MAX_ROUND = 50;

/** The approvals of a group, page by page. */
export function useApprovalGroup(group: ApprovalGroup, userId: string, subject: string | undefined) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "list", "approval", group, subject],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<ApiRow<Schemas.ApprovalRow>[]>("/api/v1/approvals", {
        ...buildGroupQuery(group, { userId, subject }),
        limit: PAGE_SIZE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
}

/** What an approval decides, as its approver may read it. */
export function useApprovalSubject(id: string, isEnabled = true) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "approval", id, "subject"],
    queryFn: async () => (await read<Schemas.ApprovalSubject>(`/api/v1/approvals/${id}/subject`)).data,
    enabled: isEnabled,
  });
}

/** All approvals of the record to be approved. */
export function useSubjectApprovals(subjectId: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "approval", "subject", subjectId],
    queryFn: async () =>
      (await read<ApiRow<Schemas.ApprovalRow>[]>("/api/v1/approvals", { subject: subjectId, expand: "labels", limit: MAX_ROUND }))
        .data,
  });
}
