import { useRouterState } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { toAreaPath } from "../../../api/page-manifest.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";

interface ActivityPageProps {
  readonly title: string;
  /** The button that creates what the page lists, and the values of the new activity. */
  readonly creation?: { readonly label: string; readonly preset: Readonly<Record<string, unknown>> };
  readonly actions?: ReactNode;
  readonly bar?: ReactNode;
  readonly isLoading?: boolean;
  readonly children: ReactNode;
}

/** A page of activities: the title, the other pages of activities, and the content. */
export function ActivityPage({ creation, actions, ...props }: ActivityPageProps) {
  const t = useText();
  const path = toAreaPath(useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, ""));
  const { data: kinds = [] } = useKindIndex();
  const [isCreating, setCreating] = useState(false);
  const canCreate = kinds.some(({ kind, operations }) => kind === "activity" && operations.includes("create"));
  return (
    <PageFrame
      {...props}
      width="record"
      pages={listNeighbors("activity", path, t)}
      actions={
        <>
          {actions}
          {creation && canCreate ? (
            <Button variant="primary" icon={<Plus />} onPress={() => setCreating(true)}>
              {creation.label}
            </Button>
          ) : null}
          <CreateDrawer
            kindName={isCreating ? "activity" : undefined}
            {...(creation ? { preset: creation.preset } : {})}
            onClose={() => setCreating(false)}
          />
        </>
      }
    />
  );
}
