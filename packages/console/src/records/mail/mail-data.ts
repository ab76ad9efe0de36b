import { ApiError } from "@crm/sdk/index.ts";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { crm, read } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import type { MailBlock } from "./mail-block.ts";

/** What the editor of a mail reads. */

export interface MailStarter {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly subject: string;
  readonly blocks: readonly MailBlock[];
}

const STARTERS_STALE_MS = 60 * 60_000;

export function useStarters(isEnabled: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "mail-starters"],
    queryFn: async () => (await read<MailStarter[]>("/api/v1/message-templates/starters")).data,
    staleTime: STARTERS_STALE_MS,
    enabled: isEnabled,
  });
}

export interface MailPreview {
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string;
  readonly missing: readonly string[];
}

/** So long the editor waits for further changes before it asks for a preview. */
const PREVIEW_DELAY_MS = 400;

export function useDelayed<T>(value: T): T {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), PREVIEW_DELAY_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return delayed;
}

interface PreviewInput {
  /** The template. Undefined: there is nothing to show. */
  readonly id: string | undefined;
  /** Undefined: the mail as it is stored. */
  readonly unsaved: string | undefined;
  readonly version: unknown;
  /** The person as whom the mail is shown. Undefined: sample values. */
  readonly person: string | undefined;
}

/** The mail as it would be sent, with changes that are not saved. While the changes are invalid, the preview stays as it was. */
export function useMailPreview({ id, unsaved, version, person }: PreviewInput) {
  const scope = useScope();
  const shown = useDelayed(unsaved);
  return useQuery({
    queryKey: [...scope, "mail-preview", id, version, shown, person],
    queryFn:
      id === undefined
        ? skipToken
        : ({ signal }) =>
            crm.request<MailPreview>("POST", `/api/v1/message-templates/${id}/preview`, {
              body: {
                ...(person === undefined ? { sample: true } : { related_to_id: person }),
                ...(shown === undefined ? {} : (JSON.parse(shown) as object)),
              },
              signal,
            }),
    placeholderData: keepPreviousData,
    retry: (count, error) => count < 2 && !(error instanceof ApiError),
    gcTime: 60_000,
  });
}

export interface MailFinding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly field: string | null;
}
