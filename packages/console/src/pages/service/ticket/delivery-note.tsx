import { useQuery } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";

interface Delivery {
  readonly status: string;
  readonly because: string | null;
  readonly to: string | null;
}

/** Says what became of an answer: to whom it went, or why it did not (docs/service/tickets.md, Mail). */
function describeDelivery({ status, because, to }: Delivery, t: Translate): string {
  const reasons: Readonly<Record<string, string>> = {
    OFF: t("Not sent: mail of support is switched off in the settings"),
    NO_ADDRESS: t("Not sent: there is no address of the requester"),
    REFUSED: t("Not sent: the requester refuses messages"),
    TOO_MANY: t("Not sent: the address has received too many mails"),
    NO_DOMAIN: t("Not sent: the installation has no domain for mail"),
    SUSPENDED: t("Not sent: the organization is suspended"),
    TOO_LONG: t("Not sent: the text is too long for a text message"),
  };
  if (status === "NOT_SENT") return reasons[because ?? ""] ?? t("Not sent");
  if (status === "BOUNCED") return to === null ? t("The mail came back") : t("The mail to {address} came back", { address: to });
  if (status === "QUEUED") return t("Waits to be sent");
  return to === null ? t("Sent") : t("Sent to {name}", { name: to });
}

interface DeliveryNoteProps {
  /** The path of the comment in the API. */
  readonly path: string;
}

/** Shows on demand what became of an answer. Lists of comments do not say it. */
export function DeliveryNote({ path }: DeliveryNoteProps) {
  const t = useText();
  const scope = useScope();
  const [isAsked, setAsked] = useState(false);
  const comment = useQuery({
    queryKey: [...scope, "related", "ticket_comment", path],
    queryFn: async () => (await read<{ delivery: Delivery | null }>(path)).data,
    enabled: isAsked,
  });
  if (!isAsked || comment.isPending)
    return (
      <IconButton
        isSmall
        label={t("Show the delivery")}
        icon={<MailCheck />}
        isPending={isAsked}
        onPress={() => setAsked(true)}
      />
    );
  return (
    <span role="status" className="text-meta text-text-muted wrap-anywhere">
      {comment.data?.delivery ? describeDelivery(comment.data.delivery, t) : t("There is nothing to deliver")}
    </span>
  );
}
