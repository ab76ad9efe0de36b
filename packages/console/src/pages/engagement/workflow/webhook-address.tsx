import { useQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { crm } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

/** The address whose calls enroll records. A workflow has it once it is published with this trigger. */
export function WebhookAddress({ workflowId, version }: { readonly workflowId: string; readonly version: unknown }) {
  const t = useText();
  const scope = useScope();
  const { data, isPending } = useQuery({
    queryKey: [...scope, "workflow-webhook", workflowId, version],
    queryFn: ({ signal }) => crm.request<{ url: string }>("GET", `/api/v1/workflows/${workflowId}/webhook`, { signal }),
    retry: false,
  });
  if (isPending) return null;
  if (!data) return <p className="text-control text-text-muted">{t("Publish the workflow to get the address.")}</p>;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(data.url);
    showToast({ text: t("The address was copied") });
  };
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1">
        <TextField
          label={t("Address of the workflow")}
          help={t("Every caller who knows the address can enroll records.")}
          value={data.url}
          isReadOnly
        />
      </div>
      <span className="pt-6">
        <IconButton label={t("Copy the address")} icon={<Copy />} onPress={() => void copy()} />
      </span>
    </div>
  );
}
