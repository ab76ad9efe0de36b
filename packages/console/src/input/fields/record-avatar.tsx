import { findPages } from "../../api/page-manifest.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";

interface RecordAvatarProps {
  readonly kind: string | undefined;
  /** The name of the record, which stands beside the avatar. */
  readonly name: string;
  readonly size?: "small" | "large";
}

/** The avatar of a person or a company. Records of other kinds have none. */
export function RecordAvatar({ kind, name, size = "small" }: RecordAvatarProps) {
  const shape = findPages(kind).avatar;
  return shape === undefined ? null : <Avatar name={name} shape={shape} size={size} isDecorative />;
}
