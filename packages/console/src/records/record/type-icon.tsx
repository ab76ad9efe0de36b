import {
  Download,
  FileText,
  Globe,
  LifeBuoy,
  ListChecks,
  Mail,
  MailOpen,
  MessageCircle,
  Monitor,
  MousePointerClick,
  Phone,
  Presentation,
  Repeat,
  Share2,
  Smartphone,
  StickyNote,
  UserRound,
  Users,
  Video,
} from "lucide-react";
import type { Label } from "../../api/value-text.ts";
import { KindIcon } from "../../frame/shell/kind-icon.tsx";

/** The icons of types of activities and interactions, by their codes. */
const icons = {
  call: Phone,
  phone: Phone,
  meeting: Users,
  in_person: UserRound,
  video_call: Video,
  email: Mail,
  email_opened: MailOpen,
  email_clicked: MousePointerClick,
  task: ListChecks,
  note: StickyNote,
  demo: Monitor,
  presentation: Presentation,
  chat: MessageCircle,
  sms: Smartphone,
  social_media: Share2,
  follow_up: Repeat,
  support: LifeBuoy,
  website_visit: Globe,
  form_submission: FileText,
  download: Download,
} as const;

interface TypeIconProps {
  readonly type: Pick<Label, "code"> | undefined;
  /** The icon of the kind, for types that the tenant has added. */
  readonly kindIcon: string;
}

export function TypeIcon({ type, kindIcon }: TypeIconProps) {
  const Icon = icons[type?.code as keyof typeof icons];
  return Icon ? <Icon /> : <KindIcon name={kindIcon} />;
}
