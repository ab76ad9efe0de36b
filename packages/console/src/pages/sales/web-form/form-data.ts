import type { Schemas } from "@crm/sdk/index.ts";
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { useDelayed } from "../../../records/mail/mail-data.ts";

/** What the page of a form reads. */

const FORMS_PATH = "/api/v1/forms";
const PAGE_SIZE = 25;

interface FormPreview {
  readonly html: string;
  readonly thank_you_html: string;
}

/** The page of a form with changes that are not saved. While the changes are invalid, the preview stays as it was. */
export function useFormPreview(fields: Readonly<Record<string, unknown>> | undefined) {
  const scope = useScope();
  const body = useDelayed(fields && JSON.stringify(fields));
  return useQuery({
    queryKey: [...scope, "form-preview", body],
    queryFn:
      body === undefined
        ? skipToken
        : ({ signal }) => crm.request<FormPreview>("POST", `${FORMS_PATH}/preview`, { body: JSON.parse(body), signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

interface FormStatistics {
  readonly days: readonly Readonly<Record<"spam" | "bot" | "no_consent" | "refused" | "repeated", number>>[];
  readonly views: number;
  readonly submissions: number;
  /** In percent; null without a view. */
  readonly rate: number | null;
}

export function useFormStatistics(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "form-statistics", id],
    queryFn: async () => (await read<FormStatistics>(`${FORMS_PATH}/${id}/statistics`)).data,
  });
}

export type SubmissionResult = "accepted" | "refused";

/** The submissions of a form, newest first, with the leads that the user sees. */
export function useSubmissions(id: string, result: SubmissionResult) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "form-submissions", id, result],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<Schemas.FormSubmission[]>(`${FORMS_PATH}/${id}/submissions`, {
        ...{ result, limit: PAGE_SIZE, expand: "lead,person" },
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
}
