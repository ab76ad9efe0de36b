import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { readFile } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";

export const ATTACHMENTS_PATH = "/api/v1/attachments";

/** Types that every browser draws. */
const pictureTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export const isPicture = (type: string | undefined): boolean => type !== undefined && pictureTypes.has(type);

/** The picture of an attachment. The API gives it only to a session, so it is read first, and shown from memory. */
export function useAttachmentPicture(id: string): { readonly url: string | undefined; readonly isError: boolean } {
  const scope = useScope();
  const [url, setUrl] = useState<string>();
  const { data: content, isError } = useQuery({
    queryKey: [...scope, "picture", id],
    queryFn: async () => (await readFile(`${ATTACHMENTS_PATH}/${id}/file`)).blob(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (!content) return;
    const next = URL.createObjectURL(content);
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [content]);
  return { url, isError };
}
