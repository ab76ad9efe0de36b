import {
  Ban,
  Bell,
  CircleDot,
  Clock,
  FilePlus2,
  Flag,
  GitBranch,
  ListChecks,
  ListMinus,
  ListPlus,
  Mail,
  Pencil,
  Play,
  RefreshCw,
  Sparkles,
  Split,
  Stamp,
  UserRound,
  Webhook,
  Zap,
} from "lucide-react";
import type { ReactNode } from "react";

const icons: Readonly<Record<string, ReactNode>> = {
  trigger: <Zap />,
  finish: <Flag />,
  update: <Pencil />,
  create: <FilePlus2 />,
  action: <Play />,
  convert: <RefreshCw />,
  assign: <UserRound />,
  task: <ListChecks />,
  send: <Mail />,
  notify: <Bell />,
  add_to: <ListPlus />,
  remove_from: <ListMinus />,
  webhook: <Webhook />,
  wait: <Clock />,
  branch: <GitBranch />,
  split: <Split />,
  approval: <Stamp />,
  ai: <Sparkles />,
  end: <Ban />,
};

/** The icon of a step by what it does. */
export const StepIcon = ({ kind }: { readonly kind: string }): ReactNode => icons[kind] ?? <CircleDot />;
