import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../api/client.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { useScope } from "../../api/session.ts";
import type { Option } from "../../ui/kit/option.tsx";
import type { SearchOptions } from "../../ui/kit/use-option-search.ts";
import type { MailComposerData } from "./mail-request.ts";

/** What the composer of mails reads. */

export const useMailComposer = (recordId: string) => {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "mail-composer", recordId],
    queryFn: async () => (await read<MailComposerData>("/api/v1/messages/composer", { related_to_id: recordId })).data,
  });
};

const MAX_TEMPLATES = 20;

/** Finds active templates of mails by a part of their names. */
export const searchTemplates: SearchOptions = async (text, signal) => {
  const query = { channel: "EMAIL", is_active: true, limit: MAX_TEMPLATES, ...(text === "" ? {} : { search: text }) };
  const templates = await crm.request<ConsoleRecord[]>("GET", "/api/v1/message-templates", { query, signal });
  return templates.map(({ id, name }): Option => ({ id, label: String(name) }));
};

const MAX_FILES = 20;

/** The files of the record, which a mail may have. */
export const useRecordFiles = (recordId: string) => {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "attachment", recordId, "mail"],
    queryFn: async () => (await read<ConsoleRecord[]>("/api/v1/attachments", { related_to_id: recordId, limit: MAX_FILES })).data,
  });
};
